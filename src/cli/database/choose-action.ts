import { DjdevError } from '../../errors/djdev-error.ts';
import { closestName } from '../../project/closest-name.ts';
import type { CommandRun, Invocation } from '../command.ts';

/** What a command with several actions can do; each is imported only when it runs. */
export type Actions = Readonly<Record<string, () => Promise<CommandRun>>>;

/** Runs the action that the first argument names. Throws `DJ-USAGE` when there is none. */
export async function chooseAction(
  invocation: Invocation,
  command: string,
  actions: Actions,
): Promise<number> {
  const [name = '', ...args] = invocation.args;
  const load = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (load === undefined) {
    const names = Object.keys(actions);
    const meant = closestName(name, names);
    throw new DjdevError('DJ-USAGE', {
      message: `djdev ${command} cannot ${name}: it can ${names.join(', ')}.`,
      ...(meant !== undefined && { hint: `Did you mean djdev ${command} ${meant}?` }),
    });
  }
  const action = await load();
  return await action({ ...invocation, args });
}

/** The only argument of an action. Throws `DJ-USAGE` when it is missing or not alone. */
export function onlyArgument({ args }: Invocation, usage: string): string {
  const [first, ...others] = args;
  if (first !== undefined && others.length === 0) return first;
  throw new DjdevError('DJ-USAGE', {
    message:
      first === undefined ? 'An argument is missing.' : `There is no use for ${others.join(' ')}.`,
    hint: `Write ${usage}.`,
  });
}
