import type { ColumnFacts, Catalog, TableFacts } from './catalog.ts';
import { readColumnOrders } from './check-hints.ts';
import { partitionHints } from './column-value.ts';
import {
  columnsOf,
  type InsertRequest,
  nullOf,
  planSources,
  type Source,
} from './insert-source.ts';

/** A statement that inserts rows and returns their `count`, or why there is none. */
export type InsertPlan =
  | { readonly type: 'insert'; readonly sql: string }
  | { readonly type: 'refused'; readonly reason: string };

const row = 'djdev_s.i';
/** Rows that are tried for each that is wanted, where constraints may turn some down. */
const attempts = { distinct: 4, varied: 400, defaults: 400 } as const;
const mostCandidates = 400_000;

/** Plans the rows of one table. Pure. */
export function planInsert(
  catalog: Catalog,
  table: TableFacts,
  request: InsertRequest,
): InsertPlan {
  const sources = planSources(catalog, table, request);
  if ('reason' in sources) return { type: 'refused', reason: sources.reason };
  return { type: 'insert', sql: writeInsert(table, sources, request) };
}

/**
 * Keys over several columns of which none has enough values: the columns count like the digits of a
 * number, so that every combination comes up once. Source → how often it stays the same.
 */
function chooseStrides(
  table: TableFacts,
  sources: readonly Source[],
  rows: number,
): ReadonlyMap<Source, number> {
  const strides = new Map<Source, number>();
  const keys = [...table.uniqueKeys].sort((a, b) => a.length - b.length);
  for (const key of keys) {
    const parts = new Set(
      key.flatMap((number) => sources.filter(({ columns }) => columns.includes(number))),
    );
    const counts = [...parts].map(({ count }) => count ?? rows);
    if (parts.size < 2 || counts.some((count) => count >= rows)) continue;
    let stride = 1;
    for (const part of parts) {
      if (!strides.has(part)) strides.set(part, stride);
      stride *= part.count ?? rows;
    }
  }
  return strides;
}

function writeInsert(
  table: TableFacts,
  sources: readonly Source[],
  request: InsertRequest,
): string {
  const { rows, offset, manner } = request;
  const strides = chooseStrides(table, sources, rows);
  const ranks = rankColumns(table);
  const cells: { readonly name: string; readonly value: string }[] = [];
  const joins: string[] = [];
  for (const source of sources) {
    const index = indexOf(table, source, { stride: strides.get(source) ?? 1, ranks, request });
    if (source.join) joins.push(source.join(index));
    const values = source.at(index);
    for (const [place, column] of columnsOf(table, source.columns).entries()) {
      const value = values[place] ?? 'NULL';
      cells.push({ name: column.quoted, value: withNulls(table, column, value, request) });
    }
  }
  const names = cells.map(({ name }) => name);
  const filters = filtersOf(table, names);
  const candidates =
    filters.length === 0 ? rows : Math.min(rows * attempts[manner], Math.max(rows, mostCandidates));
  const list = names.join(', ');
  const series = `generate_series(${offset + 1}::bigint, ${offset + candidates}::bigint) AS djdev_s(i)`;
  const chosen = cells.map(({ name, value }) => `${value} AS ${name}`).join(', ');
  const made = `SELECT ${chosen} FROM ${[series, ...joins].join(' ')}`;
  const where = filters.length === 0 ? '' : ` WHERE ${filters.join(' AND ')}`;
  const insert =
    names.length === 0
      ? `INSERT INTO ${table.name} SELECT FROM ${series}`
      : `INSERT INTO ${table.name} (${list}) OVERRIDING SYSTEM VALUE ` +
        `SELECT ${list} FROM (${made}) AS djdev_r${where} LIMIT ${rows}`;
  // Postgres takes no ON CONFLICT where a key may be violated for a while.
  const conflict = table.hasDeferrableKey ? '' : ' ON CONFLICT DO NOTHING';
  return `WITH djdev_new AS (${insert}${conflict} RETURNING 1) SELECT count(*)::float8 AS count FROM djdev_new`;
}

/** CHECKs and bounds of a partition, where all their columns are given. */
function filtersOf(table: TableFacts, names: readonly string[]): readonly string[] {
  const given = new Set(names);
  const usable = table.checks.filter(({ columns }) =>
    columnsOf(table, columns).every(({ quoted }) => given.has(quoted)),
  );
  const bounds = table.partitionCheck === undefined ? [] : [table.partitionCheck];
  return [...usable.map(({ expression }) => expression), ...bounds].map(
    (expression) => `(${expression}) IS NOT FALSE`,
  );
}

/** Columns that have to be greater than others are ahead of them by as many steps. */
function rankColumns(table: TableFacts): ReadonlyMap<string, number> {
  const orders = readColumnOrders([
    ...table.checks.filter(({ columns }) => columns.length > 1).map(({ expression }) => expression),
    ...partitionHints(table),
  ]);
  const ranks = new Map<string, number>();
  for (let round = 0; round < 8; round += 1) {
    for (const { smaller, greater } of orders) {
      const wanted = (ranks.get(smaller) ?? 0) + 1;
      if ((ranks.get(greater) ?? 0) < wanted) ranks.set(greater, wanted);
    }
  }
  return ranks;
}

interface IndexRequest {
  readonly stride: number;
  readonly ranks: ReadonlyMap<string, number>;
  readonly request: InsertRequest;
}

function indexOf(table: TableFacts, source: Source, given: IndexRequest): string {
  const { stride, ranks, request } = given;
  const [first = 0] = source.columns;
  const [column] = columnsOf(table, [first]);
  const isKey = table.uniqueKeys.some((key) => source.columns.some((one) => key.includes(one)));
  if (request.manner !== 'distinct' && !isKey) return `(${randomOf(first)} % 10 + 1)`;
  const rank = ranks.get(column?.quoted ?? '') ?? 0;
  const strode = stride === 1 ? row : `((${row} - 1) / ${stride} + 1)`;
  const limited = source.count === undefined ? strode : `((${strode} - 1) % ${source.count} + 1)`;
  return rank === 0 ? limited : `(${limited} + ${rank})`;
}

/** A number between 0 and 2^31 - 1 that looks random and is the same in every run. */
function randomOf(column: number): string {
  return `(hashint8(${row} * 1009 + ${column})::bigint & 2147483647)`;
}

function withNulls(
  table: TableFacts,
  column: ColumnFacts,
  value: string,
  { manner, profile }: InsertRequest,
): string {
  if (column.notNull) return value;
  const fraction = profile?.columns[column.name]?.nullFraction ?? (manner === 'distinct' ? 0 : 0.5);
  if (fraction === 0) return value;
  if (fraction >= 1) return nullOf(column);
  const salt = column.number + 500 * table.columns.length;
  return `CASE WHEN ${randomOf(salt)} < ${Math.round(fraction * 2 ** 31)} THEN NULL ELSE ${value} END`;
}
