import type { Io } from './io.ts';
import type { OptionValues } from './options.ts';
import type { Redactor } from './redactor.ts';

/** One call of a command, as the command sees it. */
export interface Invocation {
  readonly options: OptionValues;
  /** What stands on the command line beside options. */
  readonly args: readonly string[];
  readonly io: Io;
  /** Aborted by Ctrl-C, SIGTERM and `--timeout`; the reason says which. */
  readonly signal: AbortSignal;
  readonly redactor: Redactor;
  /** What a second Ctrl-C waits for before the process ends; a third waits for nothing. */
  readonly whenForced: (work: () => Promise<void>) => void;
}

/** Does the command's work and resolves with the process's exit code. */
export type CommandRun = (invocation: Invocation) => Promise<number>;
