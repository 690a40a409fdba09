import type { Invocation } from '../command.ts';
import { type Actions, chooseAction } from '../database/choose-action.ts';

const actions: Actions = {
  import: async () => (await import('../database/import-database.ts')).runImport,
  export: async () => (await import('../database/export-database.ts')).runExport,
  reset: async () => (await import('../database/reset-database.ts')).runReset,
  profile: async () => (await import('../database/profile-database.ts')).runProfile,
  shell: async () => (await import('./psql.ts')).run,
};

/** `djdev db`: the development database as a whole. */
export function run(invocation: Invocation): Promise<number> {
  return chooseAction(invocation, 'db', actions);
}
