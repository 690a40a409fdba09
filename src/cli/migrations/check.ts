import {
  checkApart,
  checkMigrations,
  planMigrations,
} from '../../migrations/check/check-migrations.ts';
import type { MigrationsReport } from '../../report/migration-report.ts';
import type { Invocation } from '../command.ts';
import { choosePending } from './choose-pending.ts';
import { openCheck } from './open-check.ts';
import { printMigrations } from './print-migrations.ts';

/** `djdev migrations check`: pending migrations under observation, on made-up rows. */
export async function runCheck(invocation: Invocation): Promise<number> {
  const { options, io } = invocation;
  await using check = await openCheck(invocation);
  const plan = await planMigrations(check.setting);
  const pending = await choosePending(check, plan, invocation);
  if (pending.length === 0) {
    io.stderr.write('No migration is pending.\n');
    return printMigrations(
      { ...nothing, startedAt: new Date().toISOString() },
      invocation,
      'migrations check',
    );
  }
  const isAll = options.all === true && invocation.args.length === 0;
  const report = await (isAll
    ? checkApart(check.setting, plan, pending)
    : checkMigrations(check.setting, pending));
  return printMigrations(report, invocation, 'migrations check');
}

const nothing: MigrationsReport = {
  startedAt: new Date(0).toISOString(),
  postgres: '',
  data: 'empty',
  migrations: [],
  canaries: [],
};
