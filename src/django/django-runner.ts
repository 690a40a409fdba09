import type { Context } from '../context/context.ts';
import type { EnvironmentValues, LogLine, Ownership } from '../engine/engine.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import { readRunner } from './probe-source.ts';
import type { PythonError } from './python-error.ts';
import { RunnerConnection } from './runner-connection.ts';
import type { ProbeEvent, RunnerReady, RunnerRequest } from './runner-frame.ts';

/** Where the runner lives. */
export interface RunnerPlacement {
  readonly image: string;
  readonly environment: EnvironmentValues;
  readonly network: string;
  readonly containerName: string;
  readonly ownership: Ownership;
}

/** A request with the places its output goes to while it runs. */
export interface RunnerCall extends RunnerRequest {
  readonly onLine?: ((line: LogLine) => void) | undefined;
  readonly onEvent?: ((event: ProbeEvent) => void) | undefined;
}

/** How a request ended; the same shape for success and failure. */
export interface RunnerResult {
  readonly exitCode: number;
  /** Number of the signal that killed the process. */
  readonly signal: number | undefined;
  readonly ms: number;
  /** All its events in order, errors excepted. */
  readonly events: readonly ProbeEvent[];
  /** The exceptions that were reported, each with its causes, outermost first. */
  readonly errors: readonly RunnerError[];
  /** The last lines of its output, both streams in order of arrival. */
  readonly tail: readonly string[];
}

export interface RunnerError {
  readonly chain: readonly PythonError[];
  /** The stage of a probe that failed; absent when the whole command did. */
  readonly stage: string | undefined;
}

/** One warm Python process in the production image; runs several requests at once. */
export interface DjangoRunner {
  readonly containerId: string;
  readonly ready: RunnerReady;
  /**
   * Runs manage.py, or a probe, in a fresh fork. Failures of the project's code are results.
   * Throws `DJ-DJANGO-RUNNER` when the runner itself breaks; an abort ends the fork.
   */
  run(call: RunnerCall, signal: AbortSignal): Promise<RunnerResult>;
}

const interpreters = ['python3', 'python'];

/**
 * Starts the runner in a container of the image; it goes with `context.scope`. `undefined` when
 * the image has no Python. Throws `DJ-DJANGO-RUNNER` when Python cannot run the runner.
 */
export async function startDjangoRunner(
  context: Context,
  placement: RunnerPlacement,
): Promise<DjangoRunner | undefined> {
  const program = await readRunner();
  for (const interpreter of interpreters) {
    const connection = await open(context, placement, [interpreter, '-u', '-c', program]);
    if (connection) return connection;
  }
  return undefined;
}

async function open(
  { engine, scope, signal }: Context,
  placement: RunnerPlacement,
  entrypoint: readonly string[],
): Promise<DjangoRunner | undefined> {
  try {
    const container = await engine.runContainer(
      {
        name: placement.containerName,
        image: placement.image,
        ownership: placement.ownership,
        network: placement.network,
        environment: placement.environment,
        entrypoint,
        command: [],
        attachStdin: true,
        lifeline: 'self',
      },
      signal,
    );
    scope.use(container);
    return await RunnerConnection.open(container, signal);
  } catch (error) {
    if (error instanceof DjdevError && error.code === 'DJ-COMMAND-NOT-FOUND') return undefined;
    throw error;
  }
}
