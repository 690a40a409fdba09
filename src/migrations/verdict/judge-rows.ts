import type { BlockedSession, MigrationReason } from '../../report/migration-report.ts';
import { countChanged, isBulk } from './find-work.ts';
import type { JudgeContext, JudgedMigration } from './judged-migration.ts';
import { listStatements, type PlacedStatement } from './list-statements.ts';
import { formatCount, formatMs, joinNames } from './lock-effect.ts';
import { findSubject } from './recipes/recipe-subject.ts';
import { changeInBatches } from './recipes/row-recipes.ts';
import { classifyStatement } from './statement-facts.ts';

/** What users put up with, unless the project says otherwise. */
const usualBudgetMs = 500;

/**
 * Rows changed stay locked until the transaction ends, which no table lock tells; and whoever was
 * seen waiting for the migration. Pure.
 */
export function judgeRows(
  migration: JudgedMigration,
  context: JudgeContext,
): readonly MigrationReason[] {
  const changes = listStatements(migration).flatMap((placed) =>
    describeChange(placed, migration, context),
  );
  return [...judgeWaits(migration, context), ...changes.slice(0, 1)];
}

function describeChange(
  placed: PlacedStatement,
  migration: JudgedMigration,
  context: JudgeContext,
): MigrationReason[] {
  const { statement, location } = placed;
  const kind = classifyStatement(statement.sql);
  const isOpaque = !statement.inTransaction && kind === 'other';
  if (kind !== 'data' && !isOpaque) return [];
  const { rowsChanged, sql } = statement;
  const [change] = rowsChanged.toSorted((a, b) => countChanged(b) - countChanged(a));
  const writes = /^\s*(?:with\b.*\b)?(?:update|delete|merge)\b/isu.test(sql);
  // Made-up rows need not be those that a WHERE is after.
  const untold = context.data === 'synthetic' && writes ? findWritten(statement) : undefined;
  const table = change?.table ?? untold;
  if (table === undefined) return [];
  const sentence = change
    ? `${formatCount(countChanged(change))} rows of ${change.table} are changed${isBulk(change, context) ? ': they stay locked until the transaction ends, so that other writes to them wait' : ' beside the running release'}.`
    : `None of the made-up rows of ${table} fits; those in production that do stay locked until the transaction ends.`;
  const subject = findSubject(migration, context, { table, placed });
  return [
    {
      level: 'caution',
      rule: 'rows-changed',
      sentence,
      location,
      table,
      recipe: changeInBatches(subject),
    },
  ];
}

/** The table that a statement meant to write. */
function findWritten({ locks, scans }: PlacedStatement['statement']): string | undefined {
  return locks.find(({ mode }) => mode === 'RowExclusiveLock')?.table ?? scans[0]?.table;
}

/** Other sessions that stood still: those of a release that serves. */
function judgeWaits(
  { blocked, file }: JudgedMigration,
  { budgetMs = usualBudgetMs }: JudgeContext,
): MigrationReason[] {
  const long = blocked.filter(({ waitedMs }) => waitedMs > budgetMs);
  const [worst] = long.toSorted((a, b) => b.waitedMs - a.waitedMs);
  if (!worst) return [];
  return [
    {
      level: 'unsafe',
      rule: 'sessions-blocked',
      sentence: `${describeSessions(long)} waited up to ${formatMs(worst.waitedMs)} for ${worst.waitedFor}; the budget is ${formatMs(budgetMs)}.`,
      location: { file },
    },
  ];
}

function describeSessions(sessions: readonly BlockedSession[]): string {
  const names = [...new Set(sessions.map(({ application }) => application || 'the application'))];
  return `${sessions.length === 1 ? 'A session' : `${sessions.length} sessions`} of ${joinNames(names)}`;
}
