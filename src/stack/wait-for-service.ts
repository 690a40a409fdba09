import type { Clock } from '../context/clock.ts';
import type { ContainerExit, Engine } from '../engine/engine.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import type { ServiceDefinition } from '../project/project.ts';
import type { AppliedContainer } from './apply-container.ts';
import { readLastLines } from './read-last-lines.ts';
import { type Probe, probeFor } from './service-probes.ts';
import type { StackContext } from './stack-context.ts';

const usualTimeoutMs = 60_000;
const probeIntervalMs = 15;
/** Commands are run by the engine and cost more than a connection. */
const commandIntervalMs = 250;
/** What cannot be asked and is still there after this has started. */
const settleMs = 500;

/** A service that has been started. */
export interface StartingService {
  readonly id: string;
  readonly host: string;
  /** Container port → port as this process reaches it. */
  readonly ports: Readonly<Record<number, number>>;
  readonly exited: Promise<Pick<ContainerExit, 'exitCode' | 'outOfMemory' | 'error'>>;
  /** The end of its output; called when it has failed. */
  readonly lastLines: () => Promise<readonly string[]>;
  /** Where a person finds the rest of it. */
  readonly hint: string;
}

interface WaitContext {
  readonly engine: Engine;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/**
 * Returns when a service of the stack does its work; one that cannot be asked counts as ready when
 * it has run for a moment. Throws `DJ-SERVICE-START` with its last lines when it ends, or is not
 * ready in time.
 */
export async function waitForService(
  context: StackContext,
  service: ServiceDefinition,
  { id, host, ports }: Pick<AppliedContainer, 'id' | 'host' | 'ports'>,
): Promise<void> {
  const done = new AbortController();
  const signal = AbortSignal.any([context.signal, done.signal]);
  try {
    await waitUntilReady(context, service, {
      id,
      host,
      ports,
      exited: context.engine.waitContainer(id, signal),
      lastLines: () => readLastLines(context, id),
      hint: `djdev logs ${service.name} has all that it said.`,
    });
  } finally {
    done.abort();
  }
}

/** The same for a service of any run. */
export async function waitUntilReady(
  context: WaitContext,
  service: ServiceDefinition,
  started: StartingService,
): Promise<void> {
  const done = new AbortController();
  const signal = AbortSignal.any([context.signal, done.signal]);
  const ended = started.exited.then(describeEnd);
  ended.catch(() => {});
  const asking = askUntilReady({ ...context, signal }, service, started);
  asking.catch(() => {});
  try {
    const outcome = await Promise.race([asking, ended]);
    context.signal.throwIfAborted();
    if (outcome !== 'ready')
      throw startFailure(service, started.hint, outcome, await started.lastLines());
  } finally {
    done.abort();
  }
}

function describeEnd({ exitCode, outOfMemory, error }: Awaited<StartingService['exited']>): string {
  const why = outOfMemory ? ', because its memory was used up' : error ? `: ${error}` : '';
  return `ended with exit code ${exitCode}${why}`;
}

/** `ready`, or what happened instead, as the end of a sentence. */
async function askUntilReady(
  { engine, clock, signal }: WaitContext,
  service: ServiceDefinition,
  { id, host, ports }: StartingService,
): Promise<string> {
  const probe: Probe | undefined = probeFor(service);
  if (probe === undefined) {
    await clock.sleep(settleMs, signal);
    return 'ready';
  }
  const { ask, timeoutMs = usualTimeoutMs } = service.ready ?? {};
  const intervalMs = ask?.type === 'command' ? commandIntervalMs : probeIntervalMs;
  const run = async (command: readonly string[]): Promise<number> =>
    (await engine.execToEnd(id, { command }, signal)).exitCode;
  const deadlineMs = clock.monotonicMs() + timeoutMs;
  for (;;) {
    const answer = await probe({ host, ports, run });
    if (answer === 'ready') return answer;
    if (clock.monotonicMs() >= deadlineMs) {
      return `was not ready within ${timeoutMs / 1000} s: ${answer.notYet}`;
    }
    await clock.sleep(intervalMs, signal);
  }
}

function startFailure(
  { name, image }: ServiceDefinition,
  hint: string,
  outcome: string,
  output: readonly string[],
): DjdevError {
  const incompatible = output.some((line) => /incompatible with server|initialized by/.test(line));
  return new DjdevError('DJ-SERVICE-START', {
    message: `The service ${name} (${image}) ${outcome}.`,
    hint: incompatible
      ? 'Its volume was written by another version. Go back to that version and dump the data, or remove the volume with djdev down -v.'
      : hint,
    output,
  });
}
