import { endSessions } from '../../database/end-sessions.ts';
import type { ScratchPostgres } from '../../database/scratch-postgres.ts';
import { migrationOverBudget } from '../checks/migration-over-budget.ts';
import { reportFindings } from '../report-findings.ts';
import type { RehearsalRun, StepResult } from '../run.ts';

/**
 * Runs the release commands, and cuts them off at `rehearse.budgets.migrate`, where there is one:
 * a migration that never ends is a result, and what it waits for is the evidence.
 */
export async function migrateWithinBudget<T>(
  run: RehearsalRun,
  { address }: ScratchPostgres,
  migrate: (run: RehearsalRun) => Promise<StepResult<T>>,
): Promise<StepResult<T>> {
  const { context, project } = run;
  const { migrateMs } = project.rehearse.budgets;
  if (migrateMs === undefined) return await migrate(run);
  const over = new AbortController();
  const ended = new AbortController();
  const beforeEnd = (): void =>
    over.abort(new Error('The release commands took longer than rehearse.budgets.migrate.'));
  const limit = AbortSignal.any([context.signal, ended.signal]);
  const cut = context.clock
    .sleep(migrateMs, limit)
    .then(() => endSessions(address, { olderThanMs: migrateMs / 2, beforeEnd }, context.signal));
  cut.catch(() => undefined);
  const signal = AbortSignal.any([context.signal, over.signal]);
  try {
    return await migrate({ ...run, context: { ...context, signal } });
  } catch (error) {
    if (!over.signal.aborted || context.signal.aborted) throw error;
    reportFindings(context, [migrationOverBudget(migrateMs, await cut)]);
    return { summary: `cut off after ${migrateMs / 1000} s`, value: undefined };
  } finally {
    ended.abort(new Error('The release commands have ended.'));
  }
}
