import { readProcessTree } from '../process-tree.ts';
import type { Finding } from '../../report/finding.ts';
import {
  checkMemoryBudget,
  checkMemoryGrowth,
  isGrowing,
  type MemorySample,
} from '../checks/memory.ts';
import type { GunicornSettings } from './server-settings.ts';
import type { Trial } from './trial.ts';

/** Requests between two readings. */
const batch = 60;
const concurrency = 4;
/** As soon as a batch adds nothing, the rest is not sent. */
const mostBatches = 4;
/** On slow pages fewer requests are sent, and too few say nothing. */
const longMs = 3000;
const longestMs = 30_000;
const leastRequests = 30;

/** What the memory of the container has shown. */
export interface WatchedMemory {
  readonly findings: readonly Finding[];
  /** Of all its processes, after requests; `undefined` when it cannot be read. */
  readonly bytes: number | undefined;
}

/** Reads the memory of all processes between batches of requests, as long as it grows. */
export async function watchMemory(
  trial: Trial,
  settings: GunicornSettings | undefined,
): Promise<WatchedMemory> {
  const first = await readMemory(trial, 0);
  if (first === undefined) return { findings: [], bytes: undefined };
  const samples = [first];
  for (let count = 0; count < mostBatches; count += 1) {
    const requests = await sendBatch(trial);
    const sample = requests < leastRequests ? undefined : await readMemory(trial, requests);
    if (sample === undefined) break;
    samples.push(sample);
    if (!isGrowing(samples)) break;
  }
  const last = samples.at(-1) ?? first;
  const isComplete = samples.length > mostBatches;
  return {
    bytes: last.bytes,
    findings: [
      ...(isComplete ? checkMemoryGrowth(samples, trial.paths, settings?.maxRequests ?? 0) : []),
      ...checkMemoryBudget(last, trial.run.project.rehearse.budgets.memoryBytes),
    ],
  };
}

async function readMemory(
  { run, application }: Trial,
  requests: number,
): Promise<MemorySample | undefined> {
  const processes = await readProcessTree(run.context, application.container.id);
  const known = processes.filter(({ bytes }) => bytes !== undefined);
  if (known.length === 0) return undefined;
  return {
    requests,
    processes: known,
    bytes: known.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
  };
}

async function sendBatch({ ask, paths, run: { context } }: Trial): Promise<number> {
  const startedMs = context.clock.monotonicMs();
  let sent = 0;
  const visit = async (): Promise<void> => {
    for (;;) {
      const ms = context.clock.monotonicMs() - startedMs;
      if (sent >= batch || ms > longestMs || (ms > longMs && sent >= leastRequests)) return;
      const path = paths[sent % paths.length] ?? '/';
      sent += 1;
      await ask({ path });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, visit));
  return sent;
}
