import { Interruption } from '../../context/interruption.ts';
import type { AppliedContainer } from '../../stack/apply-container.ts';
import type { Invocation } from '../command.ts';
import type { StackCommand } from './open-stack-command.ts';
import type { StartOptions } from './start-stack.ts';
import { stopStarted } from './stop-started.ts';

/** What one run of `up` has started and replaced. */
export interface UpSession extends Pick<StartOptions, 'onContainer' | 'onRetiring'> {
  /** Stops what this run started. */
  readonly stop: () => Promise<void>;
  /** Resolves when what was replaced is gone. */
  readonly settled: () => Promise<void>;
}

/** `follow` is told of every container that runs. */
export function openUpSession(
  invocation: Invocation,
  command: StackCommand,
  follow: (container: AppliedContainer) => void = () => {},
): UpSession {
  const started: AppliedContainer[] = [];
  const retiring: Promise<void>[] = [];
  return {
    onContainer(container) {
      started.push(container);
      follow(container);
    },
    // What does not end now is removed by the next `up`.
    onRetiring: (end) => void retiring.push(end.catch(() => undefined)),
    stop: () => stopStarted(invocation, command, started),
    settled: async () => void (await Promise.all(retiring)),
  };
}

/** The exit code of a run that was interrupted; throws the error of any other. */
export function exitCodeOf({ signal }: Invocation, error: unknown): number {
  if (signal.reason instanceof Interruption) return signal.reason.exitCode;
  throw error;
}
