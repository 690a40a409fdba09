import * as v from 'valibot';
import type { PostgresQuery } from '../postgres-session.ts';
import { formatCatalogQuery } from './catalog-query.ts';

export interface CatalogTable {
  readonly oid: number;
  /** `public.shop_order`. */
  readonly name: string;
  readonly schema: string;
  readonly kind: 'table' | 'view';
  /** Partitions and their parents. */
  readonly isPartition: boolean;
  /** Where its rows lie; another number means that all of them were written anew. */
  readonly file: number | undefined;
  /** As the planner or the statistics know it; `undefined` when neither was ever told. */
  readonly rows: number | undefined;
}

export interface CatalogColumn {
  readonly table: number;
  /** Stays the same when the column is renamed. */
  readonly number: number;
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  /** An INSERT that leaves it out gets a value: default, identity. */
  readonly hasDefault: boolean;
  readonly generated: boolean;
  readonly identity: boolean;
}

interface CatalogConstraint {
  readonly oid: number;
  readonly table: number;
  readonly name: string;
  readonly kind: 'check' | 'foreign-key' | 'primary-key' | 'unique' | 'exclusion';
  readonly validated: boolean;
  /** `CHECK ((total > 0))`. */
  readonly definition: string;
}

interface CatalogIndex {
  readonly oid: number;
  readonly table: number;
  readonly name: string;
  readonly unique: boolean;
  readonly valid: boolean;
  readonly file: number | undefined;
}

interface CatalogLabel {
  readonly oid: number;
  readonly type: number;
  readonly typeName: string;
  readonly label: string;
}

/** The schema of a database at one moment. */
export interface Catalog {
  readonly tables: readonly CatalogTable[];
  readonly columns: readonly CatalogColumn[];
  readonly constraints: readonly CatalogConstraint[];
  readonly indexes: readonly CatalogIndex[];
  readonly labels: readonly CatalogLabel[];
  readonly schemas: readonly { readonly oid: number; readonly name: string }[];
  /** `17.2 (Debian 17.2-1)`. */
  readonly version: string;
}

const file = v.nullable(v.number());

const catalogSchema = v.object({
  tables: v.array(
    v.tuple([
      v.number(),
      v.string(),
      v.string(),
      v.string(),
      file,
      v.number(),
      v.boolean(),
      v.number(),
    ]),
  ),
  columns: v.array(
    v.tuple([
      v.number(),
      v.number(),
      v.string(),
      v.string(),
      v.boolean(),
      v.boolean(),
      v.boolean(),
      v.boolean(),
    ]),
  ),
  constraints: v.array(
    v.tuple([v.number(), v.number(), v.string(), v.string(), v.boolean(), v.string()]),
  ),
  indexes: v.array(v.tuple([v.number(), v.number(), v.string(), v.boolean(), v.boolean(), file])),
  labels: v.array(v.tuple([v.number(), v.number(), v.string(), v.string(), v.string()])),
  schemas: v.array(v.tuple([v.number(), v.string()])),
  version: v.string(),
});

const constraintKinds: Readonly<Record<string, CatalogConstraint['kind']>> = {
  c: 'check',
  f: 'foreign-key',
  p: 'primary-key',
  u: 'unique',
  x: 'exclusion',
};

/** Reads the catalog of the session's database. Throws `DJ-DATABASE-QUERY`. */
export async function readCatalog(query: PostgresQuery): Promise<Catalog> {
  const [row] = await query(formatCatalogQuery());
  return parseCatalog(String(row?.['catalog']));
}

/** Reads what `formatCatalogQuery` gives. */
export function parseCatalog(text: string): Catalog {
  const raw = v.parse(catalogSchema, JSON.parse(text));
  return {
    tables: raw.tables.map(([oid, schema, name, kind, filenode, planned, isPartition, live]) => ({
      oid,
      schema,
      name: `${schema}.${name}`,
      kind: kind === 'v' ? 'view' : 'table',
      isPartition: isPartition || kind === 'p',
      file: filenode ?? undefined,
      rows: planned >= 0 ? Math.max(planned, live) : live > 0 ? live : undefined,
    })),
    columns: raw.columns.map(
      ([table, number, name, type, notNull, hasDefault, generated, identity]) => ({
        table,
        number,
        name,
        type,
        notNull,
        hasDefault,
        generated,
        identity,
      }),
    ),
    constraints: raw.constraints.map(([oid, table, name, kind, validated, definition]) => ({
      oid,
      table,
      name,
      validated,
      definition,
      kind: constraintKinds[kind] ?? 'check',
    })),
    indexes: raw.indexes.map(([oid, table, name, unique, valid, filenode]) => ({
      oid,
      table,
      name,
      unique,
      valid,
      file: filenode ?? undefined,
    })),
    labels: raw.labels.map(([oid, type, schema, typeName, label]) => ({
      oid,
      type,
      label,
      typeName: `${schema}.${typeName}`,
    })),
    schemas: raw.schemas.map(([oid, name]) => ({ oid, name })),
    version: raw.version,
  };
}
