import type { Catalog, ColumnFacts, ForeignKeyFacts, TableFacts } from './catalog.ts';
import { type ColumnValue, planColumnValue } from './column-value.ts';
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

/** Something that gives values: a column by itself, or the columns of a foreign key. */
export interface Source {
  readonly columns: readonly number[];
  readonly count: number | undefined;
  /** Expressions for `columns`. */
  readonly at: (index: string) => readonly string[];
  /** A FROM item, joined at an index. */
  readonly join?: (index: string) => string;
}

/**
 * What gives values to the columns of a table, or why it can have no rows. A foreign key without
 * rows to point at is NULL, where it may be.
 */
export function planSources(
  catalog: Catalog,
  table: TableFacts,
  request: InsertRequest,
): readonly Source[] | { readonly reason: string } {
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
      return { reason: `It references ${target?.name}, which has no rows.` };
    }
    const found = source ?? noReference(columns);
    for (const number of found.columns) taken.add(number);
    sources.push(found);
  }
  const explicit = request.expected.has(table.root ?? table.oid);
  for (const column of table.columns) {
    if (taken.has(column.number) || isLeft(column, request, explicit)) continue;
    const value = ownValue(catalog, table, column, request);
    if (value === undefined) {
      if (column.notNull && column.default === undefined) {
        const reason = `Column ${column.quoted} has the type ${column.declaration}, which djdev cannot make values of.`;
        return { reason };
      }
      continue;
    }
    const { count, at } = value;
    sources.push({ columns: [column.number], count, at: (index) => [at(index)] });
  }
  return sources;
}

/** One NULL is enough for a key that points at nothing; the other columns have values of their own. */
function noReference(columns: readonly ColumnFacts[]): Source {
  const nullable = columns.filter(({ notNull }) => !notNull);
  return {
    columns: nullable.map(({ number }) => number),
    count: 1,
    at: () => nullable.map(nullOf),
  };
}

/** The columns of these numbers, in their order. */
export function columnsOf(table: TableFacts, numbers: readonly number[]): readonly ColumnFacts[] {
  return numbers.flatMap((number) => table.columns.filter((column) => column.number === number));
}

/** NULL as an expression of the column's type. */
export function nullOf({ declaration }: ColumnFacts): string {
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
