import { DjdevError } from '../../errors/djdev-error.ts';
import type { LogLevel } from '../../up/logs/parse-log-line.ts';
import type { PostgresAddress } from '../../database/postgres-session.ts';
import { webProcess } from '../../stack/describe-process.ts';
import { findStack } from '../../stack/find-stack.ts';
import { startServices } from '../../stack/start-services.ts';
import type { StackContext } from '../../stack/stack-context.ts';
import { formatDifferences } from '../../terminal/difference-view.ts';
import { compareWithProduction } from '../../up/compare-with-production.ts';
import type { LiveStack } from '../../up/live/start-live.ts';
import { migrateTree } from '../../up/live/live-migrations.ts';
import { migrateStack } from '../../up/migrate.ts';
import type { SyncedFiles } from '../../up/synced-files.ts';
import type { Invocation } from '../command.ts';
import { printFailure } from '../print-failure.ts';
import type { RunningStack } from './develop.ts';
import type { LogPrinter } from './log-printer.ts';
import { openBrowser } from './open-browser.ts';
import { type StackCommand, styleOf } from './open-stack-command.ts';

/** What the keys act on. */
export interface KeyTarget {
  /** Of this round. */
  readonly context: StackContext;
  readonly command: StackCommand;
  readonly running: RunningStack;
  readonly printer: LogPrinter;
  /** `undefined` with `--no-sync`. */
  readonly live: LiveStack | undefined;
  readonly synced: SyncedFiles;
  /** Processes that ended and were not started again. */
  readonly dead: ReadonlySet<string>;
  /** Builds what has changed, and starts what does not run. */
  readonly startAnew: () => void;
  /** Once at a time, because all tests share a database; over all rounds. */
  readonly tests: { isRunning: boolean };
}

const help = `Keys
  r  reload: every process loads its code anew; one that has ended starts again
  b  build what has changed, and start what is new
  t  run the project's tests on the tree as it is
  m  apply pending migrations, those that were made since the build too
  l  log level: all lines, warnings and above, errors
  p  what differs from production
  o  open the browser
  q  stop, as Ctrl-C does
  ?  this text
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
    if (target.command.context.signal.aborted || target.context.signal.aborted) return;
    if (!(error instanceof DjdevError)) throw error;
    const { json: _, ...shown } = options;
    printFailure(error, io, { options: shown, redact: redactor.redact });
  }
}

async function act(invocation: Invocation, target: KeyTarget, key: string): Promise<void> {
  const { io } = invocation;
  const { printer, running } = target;
  switch (key) {
    case 'r':
      return await reload(target);
    case 'b':
      return target.live === undefined ? target.startAnew() : target.live.rebuild();
    case 't':
      return await test(invocation, target);
    case 'l': {
      const next = levels[(levels.indexOf(printer.level()) + 1) % levels.length];
      printer.setLevel(next);
      io.stderr.write(`Logs: ${next === undefined ? 'all lines' : `${next} and above`}.\n`);
      return;
    }
    case 'm':
      return await migrate(invocation, target);
    case 'p':
      io.stderr.write(describe(invocation, target));
      return;
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

/** Without sync nothing in a container can be told to reload, so its process starts anew. */
async function reload({ context, live, dead, running, startAnew }: KeyTarget): Promise<void> {
  const { engine, signal, emit } = context;
  if (dead.size > 0) return startAnew();
  if (live !== undefined) return await live.reload();
  await Promise.all(
    running.started.processes.map(async ({ container: { name, role } }) => {
      await engine.stopContainer(name, 0, signal);
      await engine.startContainer(name, signal);
      emit({ type: 'container-changed', role, action: 'started' });
    }),
  );
}

async function test({ io }: Invocation, target: KeyTarget): Promise<void> {
  const { command, running, tests, printer } = target;
  if (tests.isRunning) {
    io.stderr.write('The tests are running.\n');
    return;
  }
  tests.isRunning = true;
  try {
    io.stderr.write('Running the tests.\n');
    const { runTests } = await import('../../up/run-tests.ts');
    const { stack, started } = running;
    await runTests(command.context, stack, started.image, (line) => printer.print('test', line));
  } finally {
    tests.isRunning = false;
  }
}

async function migrate({ io }: Invocation, target: KeyTarget): Promise<void> {
  const { context, command, running, live } = target;
  const { stack, started } = running;
  const database = await findDatabase(target);
  if (database === undefined) return void io.stderr.write('There is no database to migrate.\n');
  const container = liveContainer(target);
  io.stderr.write('Migrating.\n');
  if (live !== undefined && container !== undefined) {
    await migrateTree({ context: command.context, stack, container }, database);
    return;
  }
  const asked = { when: 'always', ask: async () => true } as const;
  await migrateStack(context, stack, { image: started.image, database }, asked);
}

/** The container of a process that has the tree: of the web process, if there is one. */
export function liveContainer({
  running,
  dead,
}: Pick<KeyTarget, 'running' | 'dead'>): string | undefined {
  const alive = running.started.processes.filter(({ container }) => !dead.has(container.role));
  const web = alive.find(({ container }) => container.role === webProcess);
  return (web ?? alive[0])?.container.name;
}

/** Where the application's database is reached; nothing is told of services that run. */
export async function findDatabase({
  context,
  running: { stack },
}: Pick<KeyTarget, 'context' | 'running'>): Promise<PostgresAddress | undefined> {
  const found = await findStack(context.engine, stack.project.id, context.signal);
  return (await startServices(context, stack, found)).database;
}

function describe(invocation: Invocation, { running, live, synced }: KeyTarget): string {
  const { project, environment } = running.stack;
  const differences = compareWithProduction(project, {
    environment,
    imageEnvironment: running.started.image.environment,
    isLive: live !== undefined,
    editedPaths: synced.paths(),
    sentAtStart: synced.atStart(),
  });
  return formatDifferences(differences, styleOf(invocation, invocation.io.stderr));
}
