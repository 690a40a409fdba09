import type { Catalog, ColumnFacts, ForeignKeyFacts, TableFacts } from './catalog.ts';
import { readColumnOrders } from './check-hints.ts';
import { type ColumnValue, partitionHints, planColumnValue } from './column-value.ts';
import type { ColumnProfile, TableProfile } from './profile.ts';

/** What one table is to get, and what it finds. */
export interface InsertRequest {
  readonly rows: number;
  /** Rows that its sisters, the other partitions, have got. */
  readonly offset: number;
  /** Rows that can be referenced, by the oid of their table. */
  readonly parents: ReadonlyMap<number, number>;
  /** Tables that will have their rows later, in the same transaction, with keys that are known. */
  readonly expected: ReadonlySet<number>;
  /**
   * `distinct`: no NULLs, and every value another one where the type has enough.
   * `varied`: NULLs and repeated values at random, for constraints over several columns.
   * `defaults`: as `varied`, and what has a default gets it.
   */
  readonly manner: 'distinct' | 'varied' | 'defaults';
  readonly profile?: TableProfile;
}

/** A statement that inserts rows and returns their `count`, or why there is none. */
export type InsertPlan =
  | { readonly type: 'insert'; readonly sql: string }
  | { readonly type: 'refused'; readonly reason: string };

/** Something that gives values: a column by itself, or the columns of a foreign key. */
interface Source {
  readonly columns: readonly number[];
  readonly count: number | undefined;
  /** Expressions for `columns`. */
  readonly at: (index: string) => readonly string[];
  /** A FROM item, joined at an index. */
  readonly join?: (index: string) => string;
}

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
  const sources: Source[] = [];
  const taken = new Set<number>();
  const byWidth = [...table.foreignKeys].sort((a, b) => b.columns.length - a.columns.length);
  for (const key of byWidth) {
    if (key.columns.some((number) => taken.has(number))) continue;
    const columns = columnsOf(table, key.columns);
    const source = referTo(catalog, key, request, sources.length);
    const isRequired = columns.every(({ notNull }) => notNull);
    if (source === undefined && isRequired) {
      const target = catalog.tables.find(({ oid }) => oid === key.target);
      return { type: 'refused', reason: `It references ${target?.name}, which has no rows.` };
    }
    for (const number of key.columns) taken.add(number);
    sources.push(source ?? { columns: key.columns, count: 1, at: () => columns.map(nullOf) });
  }
  const explicit = request.expected.has(table.root ?? table.oid);
  for (const column of table.columns) {
    if (taken.has(column.number) || isLeft(column, request, explicit)) continue;
    const value = ownValue(catalog, table, column, request);
    if (value === undefined) {
      if (column.notNull && column.default === undefined) {
        const reason = `Column ${column.quoted} has the type ${column.declaration}, which djdev cannot make values of.`;
        return { type: 'refused', reason };
      }
      continue;
    }
    const { count, at } = value;
    sources.push({ columns: [column.number], count, at: (index) => [at(index)] });
  }
  return { type: 'insert', sql: writeInsert(table, sources, request) };
}

function columnsOf(table: TableFacts, numbers: readonly number[]): readonly ColumnFacts[] {
  return numbers.flatMap((number) => table.columns.filter((column) => column.number === number));
}

function nullOf({ declaration }: ColumnFacts): string {
  return `CAST(NULL AS ${declaration})`;
}

/** Columns that the server fills: keys by their sequence, stored expressions, random defaults. */
function isLeft(
  { filledByServer, default: given, declaration }: ColumnFacts,
  { manner }: InsertRequest,
  explicit: boolean,
): boolean {
  const counts = filledByServer || /\bnextval\(/u.test(given ?? '');
  if (counts) return !(explicit && /int|serial|numeric/u.test(declaration));
  if (given === undefined) return false;
  return manner === 'defaults' || /\b(?:gen_random_uuid|uuid\w*|random)\(/u.test(given);
}

/** The rows that a foreign key points at; `undefined` when there are none. */
function referTo(
  catalog: Catalog,
  key: ForeignKeyFacts,
  { parents, expected, rows }: InsertRequest,
  number: number,
): Source | undefined {
  const target = catalog.tables.find(({ oid }) => oid === key.target);
  if (target === undefined) return undefined;
  const columns = columnsOf(target, key.targetColumns);
  const count = parents.get(key.target) ?? 0;
  if (count === 0 && expected.has(target.root ?? target.oid)) {
    const values = columns.map((column) => expectedValue(catalog, target, column));
    return {
      columns: key.columns,
      count: rows,
      at: (index) => values.map((value) => value?.at(index) ?? 'NULL'),
    };
  }
  if (count === 0) return undefined;
  const alias = `djdev_f${number}`;
  const quoted = columns.map((column) => column.quoted);
  const found = `SELECT ${quoted.join(', ')}, row_number() OVER () AS djdev_n FROM ${target.name} WHERE ${quoted
    .map((name) => `${name} IS NOT NULL`)
    .join(' AND ')} LIMIT ${count}`;
  return {
    columns: key.columns,
    count,
    at: () => quoted.map((name) => `${alias}.${name}`),
    join: (index) =>
      `JOIN (${found}) AS ${alias} ON ${alias}.djdev_n = (${index} - 1) % ${count} + 1`,
  };
}

/** The value that a column of a table will have that gets its rows later. */
function expectedValue(
  catalog: Catalog,
  target: TableFacts,
  column: ColumnFacts,
): ColumnValue | undefined {
  return planColumnValue(catalog, target, column);
}

function ownValue(
  catalog: Catalog,
  table: TableFacts,
  column: ColumnFacts,
  { profile, rows }: InsertRequest,
): ColumnValue | undefined {
  const known = profile?.columns[column.name];
  const value = planColumnValue(catalog, table, column, {
    ...(known && { leastLength: Math.max(0, Math.round(known.averageBytes) - 1) }),
  });
  if (value === undefined || known === undefined) return value;
  const isUnique = table.uniqueKeys.some((key) => key.length === 1 && key[0] === column.number);
  const distinct = isUnique ? undefined : distinctOf(known, rows);
  return { ...value, count: least(value.count, distinct) };
}

function distinctOf({ distinct, nullFraction }: ColumnProfile, rows: number): number | undefined {
  if (distinct === 0) return undefined;
  const share = distinct < 0 ? -distinct * rows : distinct;
  // Postgres says -1 less the NULLs for columns without repetitions.
  if (distinct < 0 && -distinct >= 0.999 * (1 - nullFraction)) return undefined;
  return Math.max(1, Math.round(share));
}

function least(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : Math.min(one, other ?? one);
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
