import type { AppliedContainer } from '../../stack/apply-container.ts';
import { ask, canAsk } from '../ask.ts';
import type { Invocation } from '../command.ts';
import { develop, type RunningStack } from './develop.ts';
import { followLines } from './follow-processes.ts';
import { createLogPrinter, type LogPrinter } from './log-printer.ts';
import { openStackCommand, type StackCommand } from './open-stack-command.ts';
import { createProblemBoard } from './problem-board.ts';
import { startUntilItDoes } from './start-round.ts';
import { startStack } from './start-stack.ts';
import { startStopwatch } from './stopwatch.ts';
import { exitCodeOf, openUpSession } from './up-session.ts';

/** Starts the stack, shows what it writes, and keeps it equal to the tree until Ctrl-C. */
export async function upAttached(outer: Invocation): Promise<number> {
  const board = createProblemBoard(outer);
  const { invocation } = board;
  const stopwatch = startStopwatch();
  let pending: readonly string[] = [];
  await using command = await openStackCommand(invocation, (event) => {
    stopwatch.take(event);
    if (event.type === 'migrations-found') ({ pending } = event);
    if (event.type === 'migrations-applied') pending = [];
    board.take(event);
  });
  const names = command.project.processes.map(({ name }) => name);
  const printer = createLogPrinter(invocation, names);
  using follower = createFollower(invocation, command, printer);
  const session = openUpSession(invocation, command, follower.follow);
  // A question is asked on the screen itself, and nothing may be drawn below it.
  const askAlone = async (question: string, signal: AbortSignal): Promise<string> => {
    board.hide();
    return await ask(outer.io, question, signal).finally(board.show);
  };
  const start = (cause?: string): Promise<RunningStack> =>
    startStack(invocation, command, { ...session, ask: askAlone, cause });
  try {
    const development = { ...command, printer, pending: () => pending };
    const first = await startUntilItDoes(invocation, command, start, { isFirst: true });
    greet(invocation, stopwatch.format());
    const exitCode = await develop(invocation, development, first, start);
    board.hide();
    await session.stop();
    return exitCode;
  } catch (error) {
    board.hide();
    await session.stop();
    return exitCodeOf(invocation, error);
  } finally {
    board.hide();
    await session.settled();
  }
}

function greet({ options, io }: Invocation, timing: string): void {
  if (options.timing === true) io.stderr.write(timing);
  if (options.quiet === true) return;
  io.stderr.write(`Ctrl-C stops what this run started.${canAsk(io) ? ' ? lists the keys.' : ''}\n`);
}

interface Follower extends Disposable {
  readonly follow: (container: AppliedContainer) => void;
}

/** Shows the lines of every process, once each. */
function createFollower(
  { signal }: Invocation,
  { engine, project }: StackCommand,
  { print }: LogPrinter,
): Follower {
  const over = new AbortController();
  const within = AbortSignal.any([signal, over.signal]);
  const followed = new Set<string>();
  return {
    follow(container) {
      const isProcess = project.processes.some(({ name }) => name === container.role);
      if (!isProcess || followed.has(container.role)) return;
      followed.add(container.role);
      // What it wrote before this run has been seen, or is in `djdev logs`.
      const isNew = container.change === 'create' || container.change === 'recreate';
      void followLines(engine, container, isNew ? {} : { tail: 0 }, print, within);
    },
    [Symbol.dispose]: () => over.abort(),
  };
}
