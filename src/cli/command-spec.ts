import type { CommandRun } from './command.ts';
import type { OptionName } from './options.ts';

/** A command of djdev as help, parser and documentation know it. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** What the command does, in full sentences. */
  readonly description: string;
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  readonly options: readonly OptionName[];
  /** What may stand beside options. */
  readonly arguments?: {
    /** As help shows it: `[process...]`, `<command...>`. */
    readonly form: string;
    /**
     * `all`: everything behind the command's name is handed on, options too.
     * `rest`: everything behind the first argument is.
     */
    readonly handsOn?: 'all' | 'rest';
  };
  /** `--timeout` is about a part of the command, which sees to it itself. */
  readonly ownTimeout?: true;
  /** Imported only when the command runs: `--help` must not pay for it. */
  readonly load: () => Promise<{ readonly run: CommandRun }>;
}

/** Options that commands of a kind share. */
export const projectOptions = ['cwd', 'file', 'project-name', 'env-file'] as const;
export const engineOptions = ['host', 'context', 'timeout'] as const;
export const resultOptions = ['json', 'color', 'debug'] as const;
export const progressOptions = ['progress', 'verbose', 'quiet'] as const;
