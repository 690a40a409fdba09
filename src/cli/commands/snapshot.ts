import type { Invocation } from '../command.ts';
import { type Actions, chooseAction } from '../database/choose-action.ts';

const actions: Actions = {
  save: async () => (await import('../database/snapshots.ts')).runSave,
  restore: async () => (await import('../database/snapshots.ts')).runRestore,
  list: async () => (await import('../database/snapshots.ts')).runList,
  rm: async () => (await import('../database/snapshots.ts')).runRemove,
};

/** `djdev snapshot`: copies of the development database. */
export function run(invocation: Invocation): Promise<number> {
  return chooseAction(invocation, 'snapshot', actions);
}
