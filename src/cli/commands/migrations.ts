import { DjdevError } from '../../errors/djdev-error.ts';
import { closestName } from '../../project/closest-name.ts';
import type { CommandRun, Invocation } from '../command.ts';

/** Each imported only when it runs. */
const actions: Readonly<Record<string, () => Promise<CommandRun>>> = {
  trace: async () => (await import('../migrations/trace.ts')).runTrace,
};

/** `djdev migrations`: what migrations do to a database that is in use. */
export async function run(invocation: Invocation): Promise<number> {
  const [name = '', ...args] = invocation.args;
  const load = actions[name];
  if (load === undefined) {
    const names = Object.keys(actions);
    const meant = closestName(name, names);
    throw new DjdevError('DJ-USAGE', {
      message: `djdev migrations cannot ${name}: it can ${names.join(', ')}.`,
      ...(meant !== undefined && { hint: `Did you mean djdev migrations ${meant}?` }),
    });
  }
  const action = await load();
  return await action({ ...invocation, args });
}
