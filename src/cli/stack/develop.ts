import type { StackEvent } from '../../report/stack-event.ts';
import type { Stack } from '../../stack/open-stack.ts';
import type { StackContext } from '../../stack/stack-context.ts';
import { buildStackImage } from '../../up/build-stack-image.ts';
import { markLive } from '../../up/live/live-marker.ts';
import { type LiveStack, startLive } from '../../up/live/start-live.ts';
import { type MigrationWatch, watchMigrations } from '../../up/live/watch-migrations.ts';
import { createSyncedFiles } from '../../up/synced-files.ts';
import type { StartedStack } from '../../up/up.ts';
import type { Invocation } from '../command.ts';
import { loadInvocationProject } from '../load-project.ts';
import { watchProcesses } from './follow-processes.ts';
import type { LogPrinter } from './log-printer.ts';
import { findDatabase, type KeyTarget, liveContainer, pressKey } from './press-key.ts';
import { showFailure, startUntilItDoes } from './start-round.ts';
import { watchKeys } from './watch-keys.ts';
import type { StackCommand } from './open-stack-command.ts';

/** A stack with what it was opened as. */
export interface RunningStack {
  readonly stack: Stack;
  readonly started: StartedStack;
}

/** A command that shows logs while it develops. */
type Development = StackCommand & {
  readonly printer: LogPrinter;
  /** Migrations that were pending when they were last asked about. */
  readonly pending: () => readonly string[];
};

/** Editors and package managers write several files at once. */
const gatherMs = 150;

/** How processes end that were told to: by themselves, or by SIGINT, SIGKILL or SIGTERM. */
const wantedEnds: readonly number[] = [0, 130, 137, 143];

/**
 * Keeps a stack equal to the tree until Ctrl-C, or until every process has been stopped: what can be
 * sent is sent, what takes a build is built, and what cannot be built or started leaves all as it
 * is. `startAgain` is told which file brought it about.
 */
export async function develop(
  invocation: Invocation,
  command: Development,
  first: RunningStack,
  startAgain: (cause: string | undefined) => Promise<RunningStack>,
): Promise<number> {
  let running = first;
  const tests = { isRunning: false };
  for (;;) {
    const outcome = await followTree(invocation, { ...command, tests }, running);
    if (outcome.type === 'ended') {
      invocation.io.stderr.write('No process is left.\n');
      return outcome.exitCode === 0 ? 0 : 1;
    }
    const because = { isFirst: false, cause: outcome.cause };
    running = await startUntilItDoes(invocation, command, startAgain, because);
  }
}

type Outcome =
  | { readonly type: 'ended'; readonly exitCode: number }
  | { readonly type: 'again'; readonly cause: string | undefined };

/** One round: what runs is kept equal to the tree until something has to be started. */
async function followTree(
  invocation: Invocation,
  command: Development & Pick<KeyTarget, 'tests'>,
  running: RunningStack,
): Promise<Outcome> {
  const { engine, context, printer, tests } = command;
  const { stack, started } = running;
  const over = new AbortController();
  const signal = AbortSignal.any([context.signal, over.signal]);
  const synced = createSyncedFiles();
  const isLive = invocation.options.noSync !== true;
  let edited: Promise<void> | undefined;
  let migrations: MigrationWatch | undefined;
  const emit = (event: StackEvent): void => {
    synced.take(event);
    context.emit(event);
    migrations?.take(event);
    // Whoever sees it may save the remedy before the process counts as dead.
    if (event.type === 'process-ended') edited ??= live?.nextEdit(signal);
    edited?.catch(() => {});
  };
  const inner: StackContext = { ...context, signal, emit };
  await using live = isLive ? await startLive(inner, stack, started) : undefined;
  await using _ = isLive ? await markLive(stack.project, invocation.io.environment) : undefined;
  const container = liveContainer({ running, dead: new Set() });
  if (live !== undefined && container !== undefined) {
    const find = (): ReturnType<typeof findDatabase> => findDatabase({ context: inner, running });
    migrations = watchMigrations({ context: inner, stack, container }, command.pending(), find);
  }
  const again = Promise.withResolvers<Outcome>();
  const startAnew = (cause?: string): void => again.resolve({ type: 'again', cause });
  const dead = new Set<string>();
  using _keys = watchKeys(invocation.io, (key) => {
    const known = { command, running, printer, live, synced, dead, tests };
    void pressKey(invocation, { context: inner, ...known, startAnew }, key);
  });
  const followed = started.processes.map(({ container: { role, name } }) => ({ role, name }));
  const onDead = (role: string): void => {
    dead.add(role);
    void edited?.then(() => startAnew()).catch(() => {});
  };
  const ended = async (): Promise<Outcome> => {
    const exitCode = await watchProcesses(engine, followed, emit, signal, onDead);
    if (wantedEnds.includes(exitCode)) return { type: 'ended', exitCode };
    invocation.io.stderr.write('No process is left. Waiting for the next edit.\n');
    return await again.promise;
  };
  try {
    const outcomes = [ended(), again.promise];
    if (live !== undefined) outcomes.push(waitForRebuild(invocation, inner, live, started));
    for (const outcome of outcomes) outcome.catch(() => {});
    return await Promise.race(outcomes);
  } finally {
    over.abort(new Error('This round is over.'));
  }
}

/** Builds at every edit that takes it, until there is something new to run. */
async function waitForRebuild(
  invocation: Invocation,
  context: StackContext,
  live: LiveStack,
  { image }: StartedStack,
): Promise<Outcome> {
  for (;;) {
    const { path, reason, isManifest } = await live.nextRebuild(context.signal);
    context.emit({ type: 'rebuild-wanted', path, reason });
    await context.clock.sleep(gatherMs, context.signal);
    try {
      const project = await loadInvocationProject(invocation);
      const built = await buildStackImage(context, project, 'when-changed');
      if (isManifest || built.id !== image.id) {
        return { type: 'again', cause: isManifest ? path : undefined };
      }
      context.emit({ type: 'round-succeeded' });
    } catch (error) {
      showFailure(invocation, context, error);
    }
  }
}
