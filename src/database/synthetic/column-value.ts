import type { Catalog, ColumnFacts, TableFacts, TypeFacts } from './catalog.ts';
import { type Bound, type ColumnHints, readColumnHints } from './check-hints.ts';
import { matchPattern } from './match-pattern.ts';
import { countValues, describeValue } from './value-expression.ts';

/** How the values of one column are made. */
export interface ColumnValue {
  /** Different values at most; `undefined` for as many as there are rows. */
  readonly count: number | undefined;
  /** SQL that gives the value at an index, an SQL expression that counts from 1. */
  readonly at: (index: string) => string;
}

/** What is wanted of a column beside what its type and constraints say. */
export interface ColumnWishes {
  readonly leastLength?: number;
}

/** The values of a column that references nothing; `undefined` for a type that nobody knows. */
export function planColumnValue(
  catalog: Catalog,
  table: TableFacts,
  column: ColumnFacts,
  wishes: ColumnWishes = {},
): ColumnValue | undefined {
  const { type: oid, declaration, name } = column;
  const hints = hintsFor(catalog, table, column);
  const base = baseType(catalog, oid);
  const { choices, pattern } = hints;
  const cast = (expression: string): string => `CAST(${expression} AS ${declaration})`;
  if (choices) {
    const list = choices.join(', ');
    return {
      count: choices.length,
      at: (i) => cast(`(ARRAY[${list}])[((${i} - 1) % ${choices.length})::int + 1]`),
    };
  }
  if (pattern && matchPattern(pattern, 'i') !== undefined) {
    return { count: undefined, at: (i) => cast(matchPattern(pattern, i) ?? "''") };
  }
  const bounded = planBounded(base?.name, hints);
  if (bounded) return { count: bounded.count, at: (i) => cast(bounded.at(i)) };
  const leastLength = Math.max(hints.leastLength ?? 0, wishes.leastLength ?? 0);
  const request = { type: oid, declaration, label: name, leastLength };
  if (describeValue(catalog, request, 'i') === undefined) return undefined;
  return {
    count: countValues(catalog, request),
    at: (i) => describeValue(catalog, request, i) ?? 'NULL',
  };
}

/** A default partition takes what the others do not: what its bounds say is no hint. */
export function partitionHints({ partitionCheck }: TableFacts): readonly string[] {
  return partitionCheck === undefined || partitionCheck.startsWith('(NOT ') ? [] : [partitionCheck];
}

function hintsFor(catalog: Catalog, table: TableFacts, column: ColumnFacts): ColumnHints {
  const checks = table.checks.filter(({ columns }) => columns.includes(column.number));
  const single = checks.filter(({ columns }) => columns.length === 1);
  const others = checks.filter(({ columns }) => columns.length > 1);
  const expressions = (list: typeof checks): readonly string[] =>
    list.map(({ expression }) => expression);
  return {
    ...readColumnHints(expressions(others), column.quoted),
    ...readColumnHints(catalog.types.get(column.type)?.checks ?? [], 'VALUE'),
    ...readColumnHints([...expressions(single), ...partitionHints(table)], column.quoted),
  };
}

function baseType(catalog: Catalog, oid: number): TypeFacts | undefined {
  const type = catalog.types.get(oid);
  return type?.kind === 'domain' && type.inner ? baseType(catalog, type.inner.oid) : type;
}

const wholeTypes = new Set(['int2', 'int4', 'int8']);
const brokenTypes = new Set(['numeric', 'float4', 'float8', 'money']);
const momentTypes = new Set(['timestamp', 'timestamptz']);

/** Values between the ends that a CHECK or a partition names. */
function planBounded(
  type: string | undefined,
  { least, most }: ColumnHints,
): ColumnValue | undefined {
  if (type === undefined || (least === undefined && most === undefined)) return undefined;
  if (wholeTypes.has(type)) return planWhole(least, most);
  const low = least && castTo(least.literal, type);
  const high = most && castTo(most.literal, type);
  const at = (step: string): ColumnValue['at'] => {
    if (low && high) return (i) => `${low} + (${high} - ${low}) * ((${i} % 9973 + 1) / 9975.0)`;
    if (low) return (i) => `${low} + ${step.replace('$', i)}`;
    return (i) => `${high} - ${step.replace('$', i)}`;
  };
  if (type === 'date') return planDates(low, high);
  if (momentTypes.has(type)) return { count: undefined, at: at("$ * interval '1 minute'") };
  if (brokenTypes.has(type)) {
    const plain = type === 'numeric' ? 'numeric' : 'float8';
    const wide = (bound: Bound | undefined) => bound && `CAST(${bound.literal} AS ${plain})`;
    return planBroken(wide(least), wide(most));
  }
  return undefined;
}

function castTo(literal: string, type: string): string {
  return `CAST(${literal} AS ${type})`;
}

function planBroken(low: string | undefined, high: string | undefined): ColumnValue {
  if (low && high) {
    return {
      count: undefined,
      at: (i) => `${low} + (${high} - ${low}) * ((${i} % 99 + 1) / 100.0)`,
    };
  }
  return { count: undefined, at: (i) => (low ? `${low} + ${i}` : `${high} - ${i}`) };
}

function planDates(low: string | undefined, high: string | undefined): ColumnValue {
  if (low && high) {
    return {
      count: undefined,
      at: (i) => `${low} + ((${i} - 1) % GREATEST(${high} - ${low}, 1))::int`,
    };
  }
  return { count: undefined, at: (i) => (low ? `${low} + (${i})::int` : `${high} - (${i})::int`) };
}

function planWhole(least: Bound | undefined, most: Bound | undefined): ColumnValue | undefined {
  const low = wholeBound(least, 1);
  const high = wholeBound(most, -1);
  if (low !== undefined && high !== undefined) {
    const count = Math.max(1, high - low + 1);
    return { count, at: (i) => `${low} + (${i} - 1) % ${count}` };
  }
  // The usual `>= 0` asks for nothing that counting from 1 does not give.
  if (low !== undefined) return { count: undefined, at: (i) => `${Math.max(low, 1)} + ${i} - 1` };
  if (high === undefined) return undefined;
  if (high < 1) return { count: undefined, at: (i) => `${high} - ${i} + 1` };
  return { count: high, at: (i) => `1 + (${i} - 1) % ${high}` };
}

function wholeBound(bound: Bound | undefined, inward: 1 | -1): number | undefined {
  if (bound === undefined) return undefined;
  const value = Number(bound.literal.replaceAll("'", ''));
  if (!Number.isFinite(value)) return undefined;
  const rounded = inward === 1 ? Math.ceil(value) : Math.floor(value);
  return !bound.included && rounded === value ? rounded + inward : rounded;
}
