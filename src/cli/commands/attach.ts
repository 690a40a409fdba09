import { DjdevError } from '../../errors/djdev-error.ts';
import { describeAttach, findBreakpoint } from '../../reload/find-breakpoint.ts';
import { findStackContainers } from '../../stack/find-stack.ts';
import type { Invocation } from '../command.ts';
import { execAttached } from '../stack/exec-attached.ts';
import { openStackCommand } from '../stack/open-stack-command.ts';
import { checkNames, notRunning } from '../stack/pick-containers.ts';

/** `djdev attach`: the terminal of a breakpoint() that a process has reached, or will. */
export async function run(invocation: Invocation): Promise<number> {
  const { args, io } = invocation;
  await using command = await openStackCommand(invocation);
  const { engine, project, context } = command;
  const names = args.length > 0 ? args : project.processes.map(({ name }) => name);
  checkNames(project, names);
  const found = await findStackContainers(engine, project.id, context.signal);
  const running = names.flatMap((name) => {
    const container = found.get(name);
    return container?.running === true ? [container.id] : [];
  });
  if (running.length === 0) throw notRunning(names.join(', '));
  const timer = setTimeout(() => {
    io.stderr.write(`Waiting for a breakpoint() in ${names.join(', ')}. Ctrl-C ends this.\n`);
  }, quietMs);
  const id = await findBreakpoint(engine, running, context.signal).finally(() => {
    clearTimeout(timer);
  });
  if (id === undefined) {
    throw new DjdevError('DJ-STACK-DOWN', {
      message: `Nothing can be attached to in ${names.join(', ')}.`,
      hint: 'breakpoint() waits for djdev attach in Python processes that djdev up started without --no-sync.',
    });
  }
  return await execAttached(invocation, command, id, { command: await describeAttach() });
}

/** One that waits already is found sooner. */
const quietMs = 500;
