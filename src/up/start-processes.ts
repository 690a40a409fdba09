import type { EventBody } from '../context/context.ts';
import { Scope } from '../context/scope.ts';
import type { ContainerExit, ImageFacts } from '../engine/engine.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import type { ProcessDefinition } from '../project/project.ts';
import { healthPaths } from '../rehearse/health/health-paths.ts';
import { watchSockets } from '../rehearse/health/watch-sockets.ts';
import { waitForHealth } from '../rehearse/health/wait-for-health.ts';
import { planReloadOf, readRemembered, withReload } from './live/reload-spec.ts';
import { type AppliedContainer, applyContainer } from '../stack/apply-container.ts';
import { describeStackProcess, processPort } from '../stack/describe-process.ts';
import type { Stack } from '../stack/open-stack.ts';
import { readLastLines } from '../stack/read-last-lines.ts';
import type { StackContext } from '../stack/stack-context.ts';
import type { FoundStack } from '../stack/start-services.ts';

/** A process of the stack that runs. */
export interface StartedProcess {
  readonly container: AppliedContainer;
  /** Where people reach it; `undefined` for workers. */
  readonly url: string | undefined;
  readonly status: number | undefined;
  readonly healthy: boolean;
}

/** How long a process may take to its first healthy answer. */
const bootTimeoutMs = 120_000;
/** A worker that is still there after this has started. */
const settleMs = 500;

/** The container of one process as it should be. */
export async function applyProcess(
  context: StackContext,
  stack: Stack,
  { process, image, found, isLive }: StartingProcess,
): Promise<AppliedContainer> {
  const plain = describeStackProcess(stack, process, image);
  const existing = found.containers.get(process.name);
  if (!isLive) return await applyContainer(context, plain, existing);
  const plan = planReloadOf(stack, process, image);
  const { engine, signal } = context;
  return await applyContainer(context, withReload(plain, plan), existing, async (id) => {
    const { seedReload } = await import('../reload/seed-reload.ts');
    const learned = await readRemembered(image);
    await seedReload(engine, id, plan, learned, signal);
  });
}

interface StartingProcess {
  readonly process: ProcessDefinition;
  readonly image: ImageFacts;
  readonly found: FoundStack;
  /** Whether the process is to take new code while it runs. */
  readonly isLive: boolean;
}

/**
 * Waits for a process's first answer, or for a worker to have settled. Throws `DJ-PROCESS-START`
 * with its last lines when it ends instead.
 */
export async function waitForProcess(
  context: StackContext,
  container: AppliedContainer,
  process: ProcessDefinition,
  image: ImageFacts,
): Promise<StartedProcess> {
  const done = new AbortController();
  const signal = AbortSignal.any([context.signal, done.signal]);
  const exited = context.engine.waitContainer(container.id, signal);
  exited.catch(() => {});
  try {
    const inside = processPort(process, image);
    const port = inside === undefined ? undefined : container.ports[inside];
    if (port === undefined) return await settle(context, container, exited);
    return await answer(context, { container, process, image, exited, port });
  } finally {
    done.abort();
  }
}

interface Answering {
  readonly container: AppliedContainer;
  readonly process: ProcessDefinition;
  readonly image: ImageFacts;
  readonly exited: Promise<ContainerExit>;
  readonly port: number;
}

async function answer(
  context: StackContext,
  { container, process, image, exited, port }: Answering,
): Promise<StartedProcess> {
  const { clock, signal, emit } = context;
  const { role, host } = container;
  const shown = host === '127.0.0.1' ? 'localhost' : host;
  const endWatch = watchSilence(context, container, processPort(process, image));
  const outcome = await waitForHealth(
    {
      address: { host, port },
      paths: healthPaths(process.health, image),
      isDeclared: process.health !== undefined,
      headers: { host: `${shown}:${port}`, 'user-agent': 'djdev' },
      exited,
      startedMs: clock.monotonicMs(),
      deadlineMs: bootTimeoutMs,
    },
    clock,
    signal,
  ).finally(endWatch);
  if (outcome.type === 'ended') throw await explainEnd(context, container, outcome.exit);
  const url = `http://${shown}:${port}/`;
  const healthy = outcome.type === 'healthy';
  const status = outcome.type === 'silent' ? undefined : outcome.response.status;
  emit({ type: 'process-answered', role, url, status, healthy, ms: outcome.ms });
  return { container, url, status, healthy };
}

/** Says after a while what the process listens on instead of its port. */
function watchSilence(
  { engine, clock, signal, emit }: StackContext,
  { id, role }: AppliedContainer,
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
  container: AppliedContainer,
  exited: Promise<ContainerExit>,
): Promise<StartedProcess> {
  if (container.change !== 'keep') {
    const exit = await Promise.race([exited, context.clock.sleep(settleMs, context.signal)]);
    if (exit !== undefined) throw await explainEnd(context, container, exit);
  }
  context.emit({ type: 'process-running', role: container.role });
  return { container, url: undefined, status: undefined, healthy: true };
}

async function explainEnd(
  context: StackContext,
  { role, id }: AppliedContainer,
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
