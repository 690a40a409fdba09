import type { Catalog, CatalogColumn, CatalogTable } from '../database/observe/catalog.ts';
import type { SchemaChange, SchemaChangeKind } from '../report/migration-report.ts';

/**
 * How two catalogs differ, for tables in `existing`. By oid and column number, so that a rename
 * is one, and a table that is dropped and made again is another table. Pure.
 */
export function diffCatalogs(
  before: Catalog,
  after: Catalog,
  existing: ReadonlySet<number>,
): readonly SchemaChange[] {
  const tables = before.tables.filter(({ oid }) => existing.has(oid));
  const there = new Map(after.tables.map((table) => [table.oid, table]));
  const isKept = (oid: number): boolean => there.has(oid) && existing.has(oid);
  const name = (oid: number): string =>
    before.tables.find((table) => table.oid === oid)?.name ?? there.get(oid)?.name ?? '?';
  return [
    ...diffSchemas(before, after),
    ...tables.flatMap((table) => diffTable(table, there.get(table.oid), after)),
    ...after.tables
      .filter(({ oid, kind }) => kind === 'table' && !before.tables.some((one) => one.oid === oid))
      .map((table) => change('table-created', table.name, `table ${table.name}: created`)),
    ...diffColumns(
      before.columns.filter(({ table }) => isKept(table)),
      after.columns.filter(({ table }) => isKept(table)),
      name,
    ),
    ...diffParts(
      before.constraints.filter(({ table }) => isKept(table)),
      after.constraints.filter(({ table }) => isKept(table)),
      ({ table, definition }) => `${table} ${definition}`,
      (one) => change('constraint-dropped', name(one.table), `constraint ${one.name}: dropped`),
      (one) =>
        change('constraint-added', name(one.table), `constraint ${one.name}: ${one.definition}`),
    ),
    ...diffParts(
      before.indexes.filter(({ table }) => isKept(table)),
      after.indexes.filter(({ table }) => isKept(table)),
      ({ table, unique, name: index }) => `${table} ${unique} ${index}`,
      (one) => change('index-dropped', name(one.table), `index ${one.name}: dropped`),
      (one) =>
        change(
          'index-added',
          name(one.table),
          `${one.unique ? 'unique ' : ''}index ${one.name}: added`,
        ),
    ),
    ...diffLabels(before, after),
  ];
}

function change(kind: SchemaChangeKind, table: string, detail: string): SchemaChange {
  return { kind, table, detail };
}

function diffSchemas(before: Catalog, after: Catalog): SchemaChange[] {
  return before.schemas.flatMap(({ oid, name }) => {
    const now = after.schemas.find((schema) => schema.oid === oid);
    if (now?.name === name) return [];
    const what = now === undefined ? 'dropped' : `renamed to ${now.name}`;
    return [change('schema-renamed', name, `schema ${name}: ${what}`)];
  });
}

function diffTable(
  table: CatalogTable,
  now: CatalogTable | undefined,
  after: Catalog,
): SchemaChange[] {
  if (now === undefined) {
    const again = after.tables.some(({ name }) => name === table.name) ? ' and made anew' : '';
    return [change('table-dropped', table.name, `${table.kind} ${table.name}: dropped${again}`)];
  }
  if (table.isPartition && !now.isPartition) {
    const detail = `partition ${table.name}: detached`;
    return [change('partition-detached', table.name, detail)];
  }
  if (now.name === table.name) return [];
  // The schema's own rename is told once, for all of its tables.
  const isMoved = now.name.slice(now.schema.length) === table.name.slice(table.schema.length);
  const schemas = new Set(after.schemas.map((schema) => schema.name));
  if (isMoved && !schemas.has(table.schema)) return [];
  const heir = after.tables.find(({ name }) => name === table.name);
  const kind = heir ? 'table-replaced' : 'table-renamed';
  const detail = `${table.kind} ${table.name}: renamed to ${now.name}`;
  return [change(kind, table.name, heir ? `${detail}, its name is now a ${heir.kind}` : detail)];
}

function diffColumns(
  before: readonly CatalogColumn[],
  after: readonly CatalogColumn[],
  tableName: (oid: number) => string,
): SchemaChange[] {
  const key = ({ table, number }: CatalogColumn): string => `${table} ${number}`;
  const earlier = new Map(before.map((column) => [key(column), column]));
  const later = new Map(after.map((column) => [key(column), column]));
  return [
    ...before
      .filter((column) => !later.has(key(column)))
      .map((column) =>
        change('column-dropped', tableName(column.table), `column ${column.name}: dropped`),
      ),
    ...after.flatMap((column) => {
      const was = earlier.get(key(column));
      const table = tableName(column.table);
      return was ? diffColumn(was, column, table) : [describeNew(column, table)];
    }),
  ];
}

function describeNew(column: CatalogColumn, table: string): SchemaChange {
  const { name, type } = column;
  return column.notNull && !column.hasDefault && !column.generated
    ? change(
        'column-required-added',
        table,
        `column ${name}: ${type} NOT NULL without a default in the database`,
      )
    : change('column-added', table, `column ${name}: ${type}`);
}

function diffColumn(was: CatalogColumn, column: CatalogColumn, table: string): SchemaChange[] {
  const { name } = column;
  const changes: SchemaChange[] = [];
  const add = (kind: SchemaChangeKind, what: string): void =>
    void changes.push(change(kind, table, `column ${was.name}: ${what}`));
  if (was.name !== name) add('column-renamed', `renamed to ${name}`);
  if (was.type !== column.type) add('column-type-changed', `${was.type} → ${column.type}`);
  if (!was.notNull && column.notNull) add('column-made-required', 'NULL → NOT NULL');
  if (was.hasDefault && !column.hasDefault && !column.generated)
    add('column-default-dropped', `default dropped${column.notNull ? ', and it is NOT NULL' : ''}`);
  return changes;
}

function diffLabels(before: Catalog, after: Catalog): SchemaChange[] {
  const now = new Map(after.labels.map((label) => [label.oid, label]));
  const types = new Set(after.labels.map(({ type }) => type));
  return before.labels.flatMap(({ oid, type, typeName, label }) => {
    const later = now.get(oid);
    // A type that is dropped takes its columns with it: those are told.
    if (later?.label === label || (later === undefined && !types.has(type))) return [];
    const what = later === undefined ? 'dropped' : `renamed to ${later.label}`;
    return [change('enum-label-changed', typeName, `label ${label} of ${typeName}: ${what}`)];
  });
}

/**
 * What is gone and what is new. A part that was made anew with the same key, as a type change and
 * REINDEX CONCURRENTLY do it, is neither.
 */
function diffParts<T extends { readonly oid: number }>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (one: T) => string,
  describeGone: (one: T) => SchemaChange,
  describeAdded: (one: T) => SchemaChange,
): SchemaChange[] {
  const isIn = (parts: readonly T[]): ((one: T) => boolean) => {
    const oids = new Set(parts.map(({ oid }) => oid));
    const keys = new Set(parts.map(keyOf));
    return (one) => oids.has(one.oid) || keys.has(keyOf(one));
  };
  const [wasThere, isThere] = [isIn(before), isIn(after)];
  return [
    ...before.filter((one) => !isThere(one)).map(describeGone),
    ...after.filter((one) => !wasThere(one)).map(describeAdded),
  ];
}
