import type { Invocation } from '../command.ts';
import { chooseAction } from '../database/choose-action.ts';

/** `djdev migrations`: what migrations do to a database that is in use. */
export function run(invocation: Invocation): Promise<number> {
  return chooseAction(invocation, 'migrations', {
    list: async () => (await import('../migrations/list.ts')).runList,
    show: async () => (await import('../migrations/show.ts')).runShow,
    check: async () => (await import('../migrations/check.ts')).runCheck,
    trace: async () => (await import('../migrations/trace.ts')).runTrace,
  });
}
