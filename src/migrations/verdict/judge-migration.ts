import type { MigrationReport, MigrationVerdictLevel } from '../../report/migration-report.ts';
import { judgeFailure } from './judge-failure.ts';
import { judgeLocks } from './judge-locks.ts';
import { judgeOutside } from './judge-outside.ts';
import { judgeRows } from './judge-rows.ts';
import { judgeSchema } from './judge-schema.ts';
import type { JudgeContext, JudgedMigration } from './judged-migration.ts';

const severity: readonly MigrationVerdictLevel[] = ['fails', 'unsafe', 'caution', 'safe'];

/**
 * The verdict on one migration, by what it did: which locks it held over work that grows with a
 * table, and what it took from the release that is running. Classes decide, not milliseconds: a
 * table of sixty rows shows the same as one of sixty million. Only tables that existed before the
 * run count. Pure.
 */
export function judgeMigration(
  migration: JudgedMigration,
  context: JudgeContext,
): Pick<MigrationReport, 'verdict' | 'reasons'> {
  const reasons = [judgeFailure, judgeLocks, judgeSchema, judgeOutside, judgeRows]
    .flatMap((judge) => judge(migration, context))
    .toSorted((a, b) => severity.indexOf(a.level) - severity.indexOf(b.level));
  return { verdict: reasons[0]?.level ?? 'safe', reasons };
}
