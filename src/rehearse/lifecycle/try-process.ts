import type { ContainerExit } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { ProcessDefinition } from '../../project/project.ts';
import { checkProcess, type ProcessTrial } from '../checks/process-trial.ts';
import type { ProcessLine } from '../checks/process-line.ts';
import { readProcessTree } from '../process-tree.ts';
import { reportFindings } from '../report-findings.ts';
import { stopSignalOf, targetOf } from '../target/target-of.ts';
import { isCeleryWorker, jobLines, jobPath, jobSeed, queueJob } from './celery-job.ts';
import { type Replica, seedsOf, startReplica } from './start-replica.ts';
import type { OtherStarts } from './try-other-starts.ts';

/** How long a process has to stay up before it is asked to end; one that starts slowly longer. */
const watchedMs = 2000;
/** How long it may take until it handles the signal. As PID 1 it would not even notice it before. */
const handlerMs = 3000;
/** How long a worker may take to begin its first job, beside what a start takes. */
const patienceMs = 20_000;
const pollMs = 50;

/** Starts a worker, a scheduler or the like, gives a Celery worker a job, and asks it to end. */
export async function tryProcess(starts: OtherStarts, process: ProcessDefinition): Promise<string> {
  const { run, plan, image } = starts;
  const { context } = run;
  const hasJob = isCeleryWorker(process.command ?? []);
  const path = run.environment['PYTHONPATH'];
  const environment = hasJob
    ? { ...run.environment, PYTHONPATH: jobPath(typeof path === 'string' ? path : undefined) }
    : run.environment;
  const seeds = [...seedsOf(starts.seed), ...(hasJob ? [jobSeed()] : [])];
  const request = { role: process.name, process, image, environment, seeds };
  await using replica = await startReplica(run, request);
  const early = await (hasJob ? waitForJob(starts, replica) : watch(starts, replica));
  const processes = await readProcessTree(context, replica.container.id);
  const signal = stopSignalOf(targetOf(run.project), image.facts.stopSignal);
  const { graceMs } = plan.shutdown;
  const trial: ProcessTrial = {
    name: process.name,
    signal,
    graceMs,
    processes,
    ...(early === undefined ? await stop(starts, replica, signal) : { early, ms: 0 }),
    job: readJob(replica),
    log: replica.log.last(20),
  };
  reportFindings(context, checkProcess(trial));
  return describe(trial, hasJob);
}

/** Its end, when it comes by itself within `ms`. */
async function waitFor(
  { run: { context } }: OtherStarts,
  { ended, log }: Replica,
  ms: number,
): Promise<ContainerExit | undefined> {
  const done = new AbortController();
  const sleep = context.clock.sleep(ms, AbortSignal.any([context.signal, done.signal]));
  try {
    const end = await Promise.race([ended, sleep.then(() => undefined)]);
    if (end !== undefined) await log.ended;
    return end;
  } finally {
    sleep.catch(() => undefined);
    done.abort();
  }
}

/** Lets it start and run for a while; answers its end, when it comes by itself. */
async function watch(starts: OtherStarts, replica: Replica): Promise<ContainerExit | undefined> {
  const { clock } = starts.run.context;
  const startedMs = clock.monotonicMs();
  const latestMs = startedMs + handlerMs + 5 * starts.bootMs;
  for (;;) {
    const end = await waitFor(starts, replica, 10 * pollMs);
    if (end !== undefined || clock.monotonicMs() > latestMs) return end;
    const isHandled = await handlesTermination(starts, replica);
    if (isHandled && clock.monotonicMs() > startedMs + watchedMs) return undefined;
  }
}

/** Whether PID 1 has a handler for SIGTERM, by the kernel's mask of caught signals. */
async function handlesTermination(
  { run: { context } }: OtherStarts,
  { container }: Replica,
): Promise<boolean> {
  const command = ['grep', 'SigCgt', '/proc/1/status'];
  const { engine, signal } = context;
  const result = await engine.execToEnd(container.id, { command }, signal).catch(() => undefined);
  const mask = /SigCgt:\s*([0-9a-f]+)/u.exec(result?.stdout ?? '')?.[1];
  return mask !== undefined && (BigInt(`0x${mask}`) & terminationBit) !== 0n;
}

const terminationBit = 1n << 14n;

/** Gives the worker its job, and waits until it has begun it or will not. */
async function waitForJob(
  starts: OtherStarts,
  replica: Replica,
): Promise<ContainerExit | undefined> {
  const { context } = starts.run;
  const { clock } = context;
  const deadlineMs = clock.monotonicMs() + patienceMs + 3 * starts.bootMs;
  let isQueued = false;
  while (clock.monotonicMs() < deadlineMs) {
    if (!isQueued) {
      const tree = await readProcessTree(context, replica.container.id);
      const worker = tree.find(({ command }) => isWorkerLine({ command }));
      if (worker) isQueued = await queueJob(context, replica.container.id, worker);
    }
    if (readJob(replica) !== undefined) return undefined;
    const end = await waitFor(starts, replica, pollMs);
    if (end !== undefined) return end;
  }
  return undefined;
}

function isWorkerLine({ command }: Pick<ProcessLine, 'command'>): boolean {
  return command.includes('worker') && isCeleryWorker(command);
}

async function stop(
  starts: OtherStarts,
  replica: Replica,
  signal: string,
): Promise<Pick<ProcessTrial, 'exit' | 'ms'>> {
  const { context } = starts.run;
  const { engine, clock } = context;
  const startedMs = clock.monotonicMs();
  await engine.killContainer(replica.container.id, signal, context.signal).catch((error) => {
    // It ended in this very moment.
    if (!(error instanceof DjdevError && error.code === 'DJ-CONTAINER-LOST')) throw error;
  });
  const exit = await waitFor(starts, replica, starts.plan.shutdown.graceMs);
  const ms = clock.monotonicMs() - startedMs;
  if (exit === undefined) {
    await engine.killContainer(replica.container.id, 'SIGKILL', context.signal);
    await replica.log.ended;
  }
  return { exit, ms };
}

function readJob({ log }: Replica): ProcessTrial['job'] {
  const lines = log.last(500);
  const began = lines.map((line) => jobLines.began.exec(line)).find((match) => match !== null);
  if (!began) return undefined;
  return {
    isAcknowledgedLate: began[1] === 'late',
    isDone: lines.some((line) => jobLines.done.test(line)),
  };
}

function describe({ name, early, exit, job }: ProcessTrial, hasJob: boolean): string {
  if (early) return `${name} ended by itself`;
  const end = exit === undefined ? 'had to be killed' : 'ended';
  if (!hasJob) return `${name} ${end}`;
  if (job === undefined) return `${name} ${end}, no job could be run in it`;
  if (job.isDone) return `${name} finished its job and ${end}`;
  return `${name} ${end} before its job was done`;
}
