import { DjdevError } from '../../errors/djdev-error.ts';
import type { PostgresQuery } from '../postgres-session.ts';
import type { Catalog, TableFacts } from './catalog.ts';
import { orderTables, type TableGroup, type TableUnit } from './order-tables.ts';
import { planInsert } from './plan-insert.ts';
import type { StatisticsProfile } from './profile.ts';
import { readCatalog } from './read-catalog.ts';

/** What tables are to be filled with. */
export interface FillRequest {
  /** Of each table that the profile does not know; 60 by default. */
  readonly rows?: number;
  /** Rows, NULLs, repetitions and widths as production has them. */
  readonly profile?: StatisticsProfile;
  /** No table gets more; for profiles of large databases. */
  readonly mostRows?: number;
}

/** What became of it. */
export interface FilledTables {
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
  /** Tables that took no rows, each with the reason in one sentence. */
  readonly refused: readonly { readonly table: string; readonly reason: string }[];
  /** All tables together. */
  readonly rows: number;
}

/** Enough for every code path of a table; measured to give the verdicts of large tables. */
const usualRows = 60;

/** What Django writes itself, and what must stay true. */
const bookkeeping = /\.(?:django_migrations|django_content_type|auth_permission)$/u;

interface Filling {
  readonly query: PostgresQuery;
  readonly catalog: Catalog;
  readonly request: FillRequest;
  /** Rows to refer to, by oid. */
  readonly parents: Map<number, number>;
  readonly refused: { table: string; reason: string }[];
  /** A savepoint is there that the next table does away with. */
  hasSavepoint: boolean;
}

/**
 * Puts made-up rows into all tables that are empty, in one transaction of the session. Types,
 * keys, references and CHECKs are respected; a table that takes no rows is named with the reason.
 * Values are distinct and never NULL, so that a constraint that a migration adds meets no row that
 * production would not have, unless a profile says otherwise.
 * Throws `DJ-DATABASE-QUERY` when the server cannot be asked.
 */
export async function fillTables(
  query: PostgresQuery,
  request: FillRequest = {},
): Promise<FilledTables> {
  const { refused, tables } = await inTransaction(query, () => fillAll(query, request));
  const filled = tables.filter(({ rows }) => rows > 0);
  if (filled.length > 0) await query(`ANALYZE ${filled.map(({ table }) => table).join(', ')}`);
  return {
    tables: filled,
    refused,
    rows: filled.reduce((sum, { rows }) => sum + rows, 0),
  };
}

async function inTransaction<T>(query: PostgresQuery, work: () => Promise<T>): Promise<T> {
  // Compiling the queries on the catalog takes ten times as long as they do.
  await query('BEGIN; SET LOCAL jit = off');
  try {
    const result = await work();
    await query('COMMIT');
    return result;
  } catch (error) {
    await query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function fillAll(
  query: PostgresQuery,
  request: FillRequest,
): Promise<Pick<FilledTables, 'tables' | 'refused'>> {
  const catalog = await readCatalog(query);
  const parents = await countRows(query, catalog, usual(request));
  // Nothing is known yet of the sizes of tables: a nested loop over a large one takes for ever.
  await query('SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL enable_nestloop = off');
  const mayReplicate = await isSuperuser(query);
  const refused: Filling['refused'] = [];
  const filling: Filling = { query, catalog, request, parents, refused, hasSavepoint: false };
  const tables: { table: string; rows: number }[] = [];
  let role = 'origin';
  for (const group of orderTables(catalog)) {
    // References are taken from rows that are there: to check each again takes half of the time.
    const wanted = mayReplicate && !group.isCyclic ? 'replica' : 'origin';
    if (wanted !== role) await query(`SET LOCAL session_replication_role = ${wanted}`);
    role = wanted;
    tables.push(...(await fillGroup(filling, group)));
  }
  return { tables, refused };
}

async function isSuperuser(query: PostgresQuery): Promise<boolean> {
  const [role] = await query('SELECT rolsuper FROM pg_roles WHERE rolname = current_user');
  return role?.['rolsuper'] === true;
}

function usual({ rows = usualRows }: FillRequest): number {
  return rows;
}

/** Rows that tables have already, up to as many as can be of use. */
async function countRows(
  query: PostgresQuery,
  { tables }: Catalog,
  most: number,
): Promise<Map<number, number>> {
  if (tables.length === 0) return new Map();
  const limit = Math.max(most, 1000);
  const counts = tables.map(
    ({ name }) => `(SELECT count(*) FROM (SELECT FROM ${name} LIMIT ${limit}) t)`,
  );
  const [row] = await query(`SELECT ARRAY[${counts.join(', ')}]::float8[] AS counts`);
  const found = row?.['counts'];
  const numbers = Array.isArray(found) ? found.map(Number) : [];
  return new Map(tables.map(({ oid }, index) => [oid, numbers[index] ?? 0]));
}

async function fillGroup(
  filling: Filling,
  { units, isCyclic }: TableGroup,
): Promise<readonly { table: string; rows: number }[]> {
  const { query, parents } = filling;
  const empty = units.filter(
    (unit) => (parents.get(unit.oid) ?? 0) === 0 && !bookkeeping.test(unit.name),
  );
  const expected = new Set(isCyclic ? empty.map(({ oid }) => oid) : []);
  if (!isCyclic) return Promise.all(empty.map((unit) => fillUnit(filling, unit, expected)));
  const refusedBefore = filling.refused.length;
  const results: { table: string; rows: number }[] = [];
  await query('SAVEPOINT djdev_cycle; SET CONSTRAINTS ALL DEFERRED');
  filling.hasSavepoint = false;
  try {
    for (const unit of empty) results.push(await fillUnit(filling, unit, expected));
    await query('SET CONSTRAINTS ALL IMMEDIATE');
    for (const unit of empty) await advanceSequences(filling, unit);
    await query('RELEASE djdev_cycle');
    filling.hasSavepoint = false;
    return results;
  } catch (error) {
    await query('ROLLBACK TO djdev_cycle; RELEASE djdev_cycle; SET CONSTRAINTS ALL IMMEDIATE');
    filling.refused.length = refusedBefore;
    filling.hasSavepoint = false;
    for (const unit of empty) {
      parents.set(unit.oid, 0);
      filling.refused.push({ table: unit.name, reason: reasonOf(error) });
    }
    return [];
  }
}

async function fillUnit(
  filling: Filling,
  unit: TableUnit,
  expected: ReadonlySet<number>,
): Promise<{ table: string; rows: number }> {
  const { request, parents, refused } = filling;
  const profile = request.profile?.tables[unit.name];
  const wanted = Math.min(profile?.rows ?? usual(request), request.mostRows ?? Infinity);
  const share = Math.ceil(wanted / Math.max(1, unit.targets.length));
  let rows = 0;
  const reasons: string[] = [];
  for (const target of wanted === 0 ? [] : unit.targets) {
    const result = await fillTable(filling, target, {
      rows: Math.min(share, wanted - rows),
      offset: rows,
      expected,
      ...(profile && { profile }),
    });
    if (typeof result === 'string') reasons.push(result);
    else rows += result;
    if (typeof result === 'number') parents.set(target.oid, result);
  }
  parents.set(unit.oid, rows);
  if (rows === 0 && wanted > 0) {
    refused.push({ table: unit.name, reason: reasons[0] ?? 'It has no partition to take rows.' });
  }
  return { table: unit.name, rows };
}

type TargetRequest = Pick<
  Parameters<typeof planInsert>[2],
  'rows' | 'offset' | 'expected' | 'profile'
>;

/** The rows that a table took, or why it took none. */
async function fillTable(
  filling: Filling,
  table: TableFacts,
  target: TargetRequest,
): Promise<number | string> {
  const { query, catalog, parents } = filling;
  let reason = '';
  for (const manner of ['distinct', 'varied', 'defaults'] as const) {
    const plan = planInsert(catalog, table, { ...target, parents, manner });
    if (plan.type === 'refused') return plan.reason;
    await query(`${filling.hasSavepoint ? 'RELEASE djdev_table; ' : ''}SAVEPOINT djdev_table`);
    filling.hasSavepoint = true;
    try {
      const [row] = await query(plan.sql);
      const count = Number(row?.['count'] ?? 0);
      if (count > 0) return count;
      reason = unmet(table);
    } catch (error) {
      await query('ROLLBACK TO djdev_table');
      reason = reasonOf(error);
    }
    if (table.checks.length === 0 && table.partitionCheck === undefined) break;
  }
  return reason;
}

function unmet({ checks, partitionCheck }: TableFacts): string {
  const names = checks.map(({ name }) => name).join(', ');
  if (names === '') {
    return partitionCheck === undefined
      ? 'No made-up row was different from the others.'
      : `No made-up row fits the partition: ${partitionCheck}.`;
  }
  return `No made-up row meets ${checks.length === 1 ? 'the CHECK' : 'all of the CHECKs'} ${names}.`;
}

/** Keys that were given explicitly are not given again by their sequence. */
async function advanceSequences({ query, parents }: Filling, unit: TableUnit): Promise<void> {
  const rows = parents.get(unit.oid) ?? 0;
  for (const { name, columns } of unit.targets) {
    for (const column of columns) {
      if (!column.filledByServer && !/\bnextval\(/u.test(column.default ?? '')) continue;
      await query(
        `SELECT setval(s::regclass, $3::bigint) FROM pg_get_serial_sequence($1, $2) s WHERE s IS NOT NULL`,
        [name, column.name, rows],
      );
    }
  }
}

/** What the server said, without what it was asked. */
function reasonOf(error: unknown): string {
  if (!(error instanceof DjdevError)) throw error;
  return error.message.replace(/^.*? refused `[^]*`: /u, '');
}
