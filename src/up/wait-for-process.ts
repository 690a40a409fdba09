import type { EventBody } from '../context/context.ts';
import { Scope } from '../context/scope.ts';
import type { ContainerExit, ImageFacts } from '../engine/engine.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import type { ProcessDefinition } from '../project/project.ts';
import { healthPaths } from '../rehearse/health/health-paths.ts';
import { type HealthOutcome, waitForHealth } from '../rehearse/health/wait-for-health.ts';
import { watchSockets } from '../rehearse/health/watch-sockets.ts';
import type { AppliedContainer } from '../stack/apply-container.ts';
import { processPort } from '../stack/describe-process.ts';
import { readLastLines } from '../stack/read-last-lines.ts';
import type { StackContext } from '../stack/stack-context.ts';

/** A container whose process is waited for. */
export interface Waiting {
  readonly process: ProcessDefinition;
  readonly image: ImageFacts;
  readonly container: Pick<AppliedContainer, 'id' | 'role' | 'host' | 'ports' | 'change'>;
  /** How long until it counts as silent. */
  readonly patienceMs?: number;
}

/** What a process did first; `running` for one that does not listen. */
export type FirstAnswer = Exclude<HealthOutcome, { type: 'ended' }> | { readonly type: 'running' };

/** How long a process may take to its first healthy answer. */
const bootTimeoutMs = 120_000;
/** A worker that is still there after this has started. */
const settleMs = 500;

/**
 * Waits for a process's first answer, or for a worker to have settled. Throws `DJ-PROCESS-START`
 * with its last lines when it ends instead.
 */
export async function waitForProcess(
  context: StackContext,
  waiting: Waiting,
): Promise<FirstAnswer> {
  const { container, process, image } = waiting;
  const done = new AbortController();
  const signal = AbortSignal.any([context.signal, done.signal]);
  const exited = context.engine.waitContainer(container.id, signal);
  exited.catch(() => {});
  try {
    const inside = processPort(process, image);
    const port = inside === undefined ? undefined : container.ports[inside];
    if (port !== undefined) return await answer(context, { ...waiting, exited, port });
    return await settle(context, waiting, exited);
  } finally {
    done.abort();
  }
}

type Answering = Waiting & { readonly exited: Promise<ContainerExit>; readonly port: number };

async function answer(
  context: StackContext,
  { container, process, image, exited, port, patienceMs = bootTimeoutMs }: Answering,
): Promise<FirstAnswer> {
  const { clock, signal } = context;
  const { host } = container;
  const endWatch = watchSilence(context, container, processPort(process, image));
  const outcome = await waitForHealth(
    {
      address: { host, port },
      paths: healthPaths(process.health, image),
      isDeclared: process.health !== undefined,
      headers: { host: `${shownHost(host)}:${port}`, 'user-agent': 'djdev' },
      exited,
      startedMs: clock.monotonicMs(),
      deadlineMs: patienceMs,
    },
    clock,
    signal,
  ).finally(endWatch);
  if (outcome.type === 'ended') throw await explainEnd(context, container, outcome.exit);
  return outcome;
}

/** A host as people write it. */
export function shownHost(host: string): string {
  return host === '127.0.0.1' ? 'localhost' : host;
}

/** Says after a while what the process listens on instead of its port. */
function watchSilence(
  { engine, clock, signal, emit }: StackContext,
  { id, role }: Waiting['container'],
  port = 0,
): () => void {
  const told = new Set<string>();
  const tell = (event: EventBody): void => {
    if (event.type !== 'step-progressed' || told.has(event.text)) return;
    told.add(event.text);
    emit({ type: 'stack-noted', role, text: event.text });
  };
  const context = { engine, clock, signal, emit: tell, scope: new Scope(), session: '' };
  return watchSockets(context, { container: { id }, port });
}

async function settle(
  context: StackContext,
  { container }: Waiting,
  exited: Promise<ContainerExit>,
): Promise<FirstAnswer> {
  if (container.change !== 'keep') {
    const exit = await Promise.race([exited, context.clock.sleep(settleMs, context.signal)]);
    if (exit !== undefined) throw await explainEnd(context, container, exit);
  }
  return { type: 'running' };
}

async function explainEnd(
  context: StackContext,
  { role, id }: Waiting['container'],
  { exitCode, outOfMemory, error }: ContainerExit,
): Promise<DjdevError> {
  const output = await readLastLines(context, id);
  const why = outOfMemory ? ', because its memory was used up' : error ? `: ${error}` : '';
  return new DjdevError('DJ-PROCESS-START', {
    message: `The process ${role} ended with exit code ${exitCode}${why}.`,
    hint: `djdev logs ${role} has all that it said; djdev run sh opens a shell in the same image and environment.`,
    output,
  });
}
