import type { ScratchPostgresPlan } from './plan-scratch-postgres.ts';

/** The statement that gives the plan's user the plan's password. It is not to be printed. */
export function changePassword({ user, password }: ScratchPostgresPlan): string {
  return `ALTER ROLE "${user}" PASSWORD '${password.reveal().replaceAll("'", "''")}';\n`;
}
