import { DjdevError } from '../../errors/djdev-error.ts';
import type { Stack } from '../../stack/open-stack.ts';
import type { StackContext } from '../../stack/stack-context.ts';
import { buildStackImage } from '../../up/build-stack-image.ts';
import { markLive } from '../../up/live/live-marker.ts';
import { type LiveStack, startLive } from '../../up/live/start-live.ts';
import { waitForEdit } from '../../up/live/wait-for-edit.ts';
import type { StartedStack } from '../../up/up.ts';
import type { Invocation } from '../command.ts';
import { loadInvocationProject } from '../load-project.ts';
import { printFailure } from '../print-failure.ts';
import { watchProcesses } from './follow-processes.ts';
import type { LogPrinter } from './log-printer.ts';
import { pressKey } from './press-key.ts';
import { watchKeys } from './watch-keys.ts';
import type { StackCommand } from './open-stack-command.ts';

/** A stack with what it was opened as. */
export interface RunningStack {
  readonly stack: Stack;
  readonly started: StartedStack;
}

/** A command that shows logs while it develops. */
type Development = StackCommand & { readonly printer: LogPrinter };

/** Editors and package managers write several files at once. */
const gatherMs = 150;

/**
 * Keeps a stack equal to the tree until Ctrl-C, or until no process is left: what can be sent is
 * sent, what takes a build is built, and what cannot be built leaves all as it is.
 */
export async function develop(
  invocation: Invocation,
  command: Development,
  first: RunningStack,
  startAgain: () => Promise<RunningStack>,
): Promise<number> {
  let running = first;
  for (;;) {
    const outcome = await followTree(invocation, command, running);
    if (outcome.type === 'ended') {
      invocation.io.stderr.write('No process is left.\n');
      return outcome.exitCode === 0 ? 0 : 1;
    }
    running = await startUntilItDoes(invocation, command, running, startAgain);
  }
}

type Outcome = { readonly type: 'ended'; readonly exitCode: number } | { readonly type: 'rebuilt' };

async function followTree(
  invocation: Invocation,
  { engine, context, printer }: Development,
  running: RunningStack,
): Promise<Outcome> {
  const { stack, started } = running;
  const over = new AbortController();
  const signal = AbortSignal.any([context.signal, over.signal]);
  const inner: StackContext = { ...context, signal };
  const isLive = invocation.options.noSync !== true;
  await using live = isLive ? await startLive(inner, stack, started) : undefined;
  await using _ = isLive ? await markLive(stack.project, invocation.io.environment) : undefined;
  const rebuild = (): void => live?.rebuild();
  using _keys = watchKeys(invocation.io, (key) => {
    void pressKey(invocation, { context: inner, running, printer, rebuild }, key);
  });
  const followed = started.processes.map(({ container: { role, name } }) => ({ role, name }));
  try {
    const ended = watchProcesses(engine, followed, context.emit, signal).then(
      (exitCode): Outcome => ({ type: 'ended', exitCode }),
    );
    const rebuilt = live && waitForRebuild(invocation, inner, live, started);
    rebuilt?.catch(() => {});
    ended.catch(() => {});
    return await Promise.race(rebuilt === undefined ? [ended] : [ended, rebuilt]);
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
      if (isManifest || built.id !== image.id) return { type: 'rebuilt' };
    } catch (error) {
      showFailure(invocation, context, error);
    }
  }
}

/** What does not start is shown, and tried again after the next edit. */
async function startUntilItDoes(
  invocation: Invocation,
  { context }: StackCommand,
  { stack }: RunningStack,
  startAgain: () => Promise<RunningStack>,
): Promise<RunningStack> {
  for (;;) {
    try {
      return await startAgain();
    } catch (error) {
      showFailure(invocation, context, error);
    }
    await waitForEdit(stack.project, context.signal);
  }
}

/** Anything else than an error of the application's or the user's making goes on. */
function showFailure(
  { options, io, redactor }: Invocation,
  { signal }: StackContext,
  error: unknown,
): void {
  if (signal.aborted || !(error instanceof DjdevError)) throw error;
  const { json: _, ...shown } = options;
  printFailure(error, io, { options: shown, redact: redactor.redact });
}
