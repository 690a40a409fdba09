import type { MigrationReason } from '../../report/migration-report.ts';
import { chooseRecipe } from './choose-recipe.ts';
import { findWork, type Work } from './find-work.ts';
import type { JudgeContext, JudgedMigration } from './judged-migration.ts';
import {
  isHeldDuring,
  listBlockingLocks,
  listStatements,
  type PlacedLock,
  type PlacedStatement,
} from './list-statements.ts';
import { describeEffect, formatCount, formatMs, joinNames } from './lock-effect.ts';
import { findSubject } from './recipes/recipe-subject.ts';
import { separateRows } from './recipes/row-recipes.ts';
import { setLockTimeout } from './recipes/lock-recipes.ts';
import { classifyStatement, shorten } from './statement-facts.ts';

/** Tables with fewer rows say nothing about milliseconds. */
const tellingRows = 10_000;

/**
 * Work that grows with a table, done while a lock keeps users out: both the statement that works
 * and the one that took the lock are named. What is left are locks that are short by themselves,
 * and still stop everything when they have to wait without a `lock_timeout`. Pure.
 */
export function judgeLocks(
  migration: JudgedMigration,
  context: JudgeContext,
): readonly MigrationReason[] {
  const statements = listStatements(migration);
  const locks = listBlockingLocks(statements);
  const blamed = new Set<PlacedLock>();
  const working = statements.flatMap((placed) =>
    findWork(placed, context).flatMap((work) => {
      const held = locks.filter(
        (one) => isHeldDuring(one, placed) && !isEmptyInProduction(one.lock.table, context),
      );
      if (held.length === 0) return [];
      for (const one of held) blamed.add(one);
      return [describeWork({ migration, context, placed, work, held })];
    }),
  );
  const brief = locks.filter((one) => !blamed.has(one));
  return [...dropRepeated(working), ...judgeBriefLocks(brief, context)];
}

interface Working {
  readonly migration: JudgedMigration;
  readonly context: JudgeContext;
  readonly placed: PlacedStatement;
  readonly work: Work;
  readonly held: readonly PlacedLock[];
}

function describeWork(working: Working): MigrationReason {
  const { migration, context, placed, work, held } = working;
  const kind = classifyStatement(placed.statement.sql);
  const main = pickMain(held, work);
  const same = held.filter(({ lock }) => lock.mode === main.lock.mode);
  const tables = [...new Set([main.lock.table, ...same.map(({ lock }) => lock.table)])];
  const stallMs = Math.max(...held.map(({ lock }) => lock.waitedMs + lock.heldMs));
  const subject = findSubject(migration, context, { table: work.table, placed });
  const isApart = work.kind === 'row-changes' && kind === 'data';
  const recipe = isApart ? separateRows(subject) : chooseRecipe(kind, subject);
  const estimatedMs = estimate(stallMs, work.table, context);
  const sentence =
    kind === 'truncate'
      ? `TRUNCATE empties ${joinNames(placed.statement.rewrites)} for good, under ${main.lock.mode}: ${describeEffect([main.lock.mode])}.`
      : `${main.lock.mode} on ${joinNames(tables)} for ${formatMs(main.lock.waitedMs + main.lock.heldMs)} while ${work.phrase}: ${describeEffect([main.lock.mode])}${describeOrigin(main, placed)}.${describeOthers(held, tables)}`;
  return {
    level:
      isWithinBudget(stallMs, estimatedMs, context) && kind !== 'truncate' ? 'caution' : 'unsafe',
    rule: kind === 'truncate' ? 'truncate' : `lock-during-${work.kind}`,
    sentence: `${sentence}${describeRows(work.table, estimatedMs, context)}`,
    location: placed.location,
    table: work.table,
    ...(recipe && { recipe }),
    ...(estimatedMs !== undefined && { estimatedMs }),
  };
}

/** The lock on the table that is worked on, else the one that hurts most. */
function pickMain(held: readonly PlacedLock[], work: Work): PlacedLock {
  const ranked = held.toSorted(
    (a, b) =>
      Number(b.lock.table === work.table) - Number(a.lock.table === work.table) ||
      Number(b.lock.mode === 'AccessExclusiveLock') -
        Number(a.lock.mode === 'AccessExclusiveLock') ||
      b.lock.heldMs - a.lock.heldMs,
  );
  const [main] = ranked;
  if (!main) throw new Error('Work under a lock without a lock.');
  return main;
}

/** Locks on other tables, that an earlier statement took and that last as long. */
function describeOthers(held: readonly PlacedLock[], told: readonly string[]): string {
  const others = held.filter(({ lock }) => !told.includes(lock.table));
  const [other] = others;
  if (!other) return '';
  const tables = [...new Set(others.map(({ lock }) => lock.table))];
  const modes = others.map(({ lock }) => lock.mode);
  return ` So long lasts ${other.lock.mode} on ${joinNames(tables)}, too, taken by “${shorten(other.by.statement.sql)}”: ${describeEffect(modes)}.`;
}

function describeOrigin({ by }: PlacedLock, placed: PlacedStatement): string {
  if (by.statement === placed.statement) return '';
  return `; the lock was taken by “${shorten(by.statement.sql)}” and lasts until the transaction ends`;
}

function describeRows(
  table: string,
  estimatedMs: number | undefined,
  { rows, productionRows, data }: JudgeContext,
): string {
  const production = productionRows?.get(table);
  if (estimatedMs !== undefined && production !== undefined)
    return ` About ${formatMs(estimatedMs)} with production’s ${formatCount(production)} rows.`;
  const there = rows.get(table);
  if (data === 'restored' || there === undefined || there >= tellingRows) return '';
  return ` That was with ${formatCount(there)} rows; it grows with the table.`;
}

/** Such work is linear in rows; too few rows tell nothing. */
function estimate(
  stallMs: number,
  table: string,
  { rows, productionRows }: JudgeContext,
): number | undefined {
  const production = productionRows?.get(table);
  const there = rows.get(table) ?? 0;
  if (production === undefined || there < 1000) return undefined;
  return Math.round((stallMs * production) / there);
}

function isWithinBudget(
  stallMs: number,
  estimatedMs: number | undefined,
  { data, budgetMs }: JudgeContext,
): boolean {
  if (budgetMs === undefined || data !== 'restored') return false;
  return Math.max(stallMs, estimatedMs ?? 0) <= budgetMs;
}

function isEmptyInProduction(table: string, { data, rows }: JudgeContext): boolean {
  return data === 'restored' && rows.get(table) === 0;
}

/** One reason for each table, kind of work and line. */
function dropRepeated(reasons: readonly MigrationReason[]): MigrationReason[] {
  const seen = new Set<string>();
  return reasons.filter(({ rule, table = '', location, recipe }) => {
    const key = `${rule} ${table} ${location?.line ?? ''} ${recipe?.id ?? ''}`;
    return !seen.has(key) && seen.add(key);
  });
}

function judgeBriefLocks(locks: readonly PlacedLock[], context: JudgeContext): MigrationReason[] {
  const careless = locks.filter(({ by }) => by.statement.lockTimeoutMs === 0);
  const [first] = careless.toSorted((a, b) => b.lock.heldMs - a.lock.heldMs);
  if (!first) return [];
  const tables = [...new Set(careless.map(({ lock }) => lock.table))];
  const modes = careless.map(({ lock }) => lock.mode);
  const kind = classifyStatement(first.by.statement.sql);
  const isPartition = kind === 'detach-partition' || kind === 'drop-index';
  const subject = findSubject({ app: '', name: '' }, context, {
    table: first.lock.table,
    placed: first.by,
  });
  return [
    {
      level: 'caution',
      rule: 'lock-without-timeout',
      sentence: `${first.lock.mode} on ${joinNames(tables)}, short by itself, with lock_timeout = 0: behind one long query it waits, and all that comes after it waits too (${describeEffect(modes)}).`,
      location: first.by.location,
      table: first.lock.table,
      recipe:
        (isPartition ? chooseRecipe(kind, subject) : undefined) ??
        setLockTimeout({ isDjango: context.django !== undefined }),
    },
  ];
}
