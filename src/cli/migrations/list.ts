import { nameMigration } from '../../migrations/check/planned-migration.ts';
import { planMigrations } from '../../migrations/check/check-migrations.ts';
import { readVersion } from '../../version.ts';
import type { Invocation } from '../command.ts';
import { styleOf } from '../stack/open-stack-command.ts';
import { findApplied } from './find-applied.ts';
import { openCheck } from './open-check.ts';

/** `djdev migrations list`: what the development database has, and what is pending. */
export async function runList(invocation: Invocation): Promise<number> {
  const { options, io, redactor } = invocation;
  await using check = await openCheck(invocation);
  const [plan, applied] = await Promise.all([
    planMigrations(check.setting),
    findApplied(check, invocation),
  ]);
  const rows = plan.map((one) => ({
    ...one,
    state:
      applied === undefined ? 'unknown' : applied.has(nameMigration(one)) ? 'applied' : 'pending',
  }));
  if (options.json === true) {
    const result = {
      version: 1,
      djdev: readVersion(),
      command: 'migrations list',
      migrations: rows,
    };
    io.stdout.write(`${redactor.redact(JSON.stringify(result))}\n`);
    return 0;
  }
  const style = styleOf(invocation, io.stdout);
  const shown = rows.filter(({ own, state }) => own || state === 'pending');
  const paint = { applied: style.green, pending: style.yellow, unknown: style.dim };
  for (const row of shown) {
    const library = row.own ? '' : style.dim(' (library)');
    const state = paint[row.state as keyof typeof paint](row.state.padEnd(8));
    io.stdout.write(`${state} ${nameMigration(row)}${library}\n`);
  }
  if (applied === undefined)
    io.stderr.write('The development database does not run: djdev up -d starts it.\n');
  return 0;
}
