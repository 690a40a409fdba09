/** Which tables a catalog is to have. */
type CatalogScope =
  /** All of them. */
  | { readonly type: 'all' }
  /** These, by oid, and views; tables made since are left out. */
  | { readonly type: 'tables'; readonly oids: readonly number[] }
  /** Those of an array of oids that takes the place of each `%s`. */
  | { readonly type: 'given' };

/** How often `%s` stands in a query of the scope `given`. */
export const givenPlaces = 4;

/**
 * One statement whose one value is a JSON text: tables with their columns, constraints and indexes,
 * enum types and schemas, all by oid, so that a thing renamed is still the same thing. It runs as
 * well in a session of djdev as in the process that migrates.
 */
export function formatCatalogQuery(scope: CatalogScope = { type: 'all' }): string {
  const limit = (column: string): string => {
    if (scope.type === 'all') return '';
    if (scope.type === 'given') return `AND ${column} = ANY(%s::oid[])`;
    return `AND (${column} = ANY('{${scope.oids.join(',')}}'::oid[]) OR c.relkind = 'v')`;
  };
  return `SELECT json_build_object(
  'tables', (SELECT coalesce(json_agg(json_build_array(c.oid::int8, n.nspname, c.relname, c.relkind,
        pg_relation_filenode(c.oid)::int8, c.reltuples, c.relispartition,
        pg_stat_get_live_tuples(c.oid)) ORDER BY c.oid), '[]')
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f') AND c.relpersistence <> 't' AND ${ownSchemas} ${limit('c.oid')}),
  'columns', (SELECT coalesce(json_agg(json_build_array(a.attrelid::int8, a.attnum, a.attname,
        format_type(a.atttypid, a.atttypmod), a.attnotnull,
        a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL,
        a.attgenerated <> '', a.attidentity <> '') ORDER BY a.attrelid, a.attnum), '[]')
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
           JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
     WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'm', 'v', 'f')
       AND c.relpersistence <> 't' AND ${ownSchemas} ${limit('c.oid')}),
  'constraints', (SELECT coalesce(json_agg(json_build_array(k.oid::int8, k.conrelid::int8, k.conname,
        k.contype, k.convalidated, pg_get_constraintdef(k.oid)) ORDER BY k.oid), '[]')
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
           JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') AND ${ownSchemas} ${limit('c.oid')}),
  'indexes', (SELECT coalesce(json_agg(json_build_array(i.indexrelid::int8, i.indrelid::int8, x.relname,
        i.indisunique, i.indisvalid, pg_relation_filenode(x.oid)::int8) ORDER BY i.indexrelid), '[]')
      FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
           JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't' AND ${ownSchemas} ${limit('c.oid')}),
  'labels', (SELECT coalesce(json_agg(json_build_array(e.oid::int8, e.enumtypid::int8, n.nspname,
        t.typname, e.enumlabel) ORDER BY e.oid), '[]')
      FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid
           JOIN pg_namespace n ON n.oid = t.typnamespace),
  'schemas', (SELECT coalesce(json_agg(json_build_array(n.oid::int8, n.nspname) ORDER BY n.oid), '[]')
      FROM pg_namespace n WHERE ${ownSchemas}),
  'version', current_setting('server_version'))::text AS catalog`;
}

/** Without a percent sign, which drivers take for a place of a value. */
const ownSchemas = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname !~ '^pg_(toast_)?temp_'`;
