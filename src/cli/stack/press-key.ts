import { DjdevError } from '../../errors/djdev-error.ts';
import type { LogLevel } from '../../up/logs/parse-log-line.ts';
import { findStack } from '../../stack/find-stack.ts';
import { startServices } from '../../stack/start-services.ts';
import type { StackContext } from '../../stack/stack-context.ts';
import { migrateStack } from '../../up/migrate.ts';
import type { Invocation } from '../command.ts';
import { printFailure } from '../print-failure.ts';
import type { RunningStack } from './develop.ts';
import type { LogPrinter } from './log-printer.ts';
import { openBrowser } from './open-browser.ts';

/** What the keys act on. */
export interface KeyTarget {
  readonly context: StackContext;
  readonly running: RunningStack;
  readonly printer: LogPrinter;
  /** Builds what has changed, and starts what is new. */
  readonly rebuild: () => void;
}

const help = `Keys: b build and start what has changed · l log level · m migrate · o open
      q stop · ? this text
`;
const levels: readonly (LogLevel | undefined)[] = [undefined, 'warning', 'error'];

/** Does what a key stands for; failures are shown, and nothing else happens. */
export async function pressKey(
  invocation: Invocation,
  target: KeyTarget,
  key: string,
): Promise<void> {
  const { io, options, redactor } = invocation;
  try {
    await act(invocation, target, key);
  } catch (error) {
    if (target.context.signal.aborted) return;
    if (!(error instanceof DjdevError)) throw error;
    const { json: _, ...shown } = options;
    printFailure(error, io, { options: shown, redact: redactor.redact });
  }
}

async function act({ io }: Invocation, target: KeyTarget, key: string): Promise<void> {
  const { printer, running } = target;
  switch (key) {
    case 'b':
      return target.rebuild();
    case 'l': {
      const next = levels[(levels.indexOf(printer.level()) + 1) % levels.length];
      printer.setLevel(next);
      io.stderr.write(`Logs: ${next === undefined ? 'all lines' : `${next} and above`}.\n`);
      return;
    }
    case 'm':
      return await migrate(target);
    case 'o': {
      const url = running.started.processes.find((one) => one.url !== undefined)?.url;
      if (url !== undefined) openBrowser(url);
      return;
    }
    case 'q':
      process.kill(process.pid, 'SIGINT');
      return;
    case '?':
    case 'h':
      io.stderr.write(help);
      return;
    default:
  }
}

async function migrate({ context, running }: KeyTarget): Promise<void> {
  const { stack, started } = running;
  const found = await findStack(context.engine, stack.project.id, context.signal);
  const { database } = await startServices(context, stack, found);
  if (database === undefined) return;
  const asked = { when: 'always', ask: async () => true } as const;
  await migrateStack(context, stack, { image: started.image, database }, asked);
}
