/**
 * One statement whose one value is a JSON text: tables with their columns, constraints and indexes,
 * enum types and schemas, all by oid, so that a thing renamed is still the same thing. It runs as
 * well in a session of djdev as in the process that migrates.
 *
 * `oids` limits it to these tables, and to views, for what has to be quick; tables made since are left out then.
 */
export function formatCatalogQuery(oids?: readonly number[]): string {
  const limit = (column: string): string =>
    oids === undefined
      ? ''
      : `AND (${column} = ANY('{${oids.join(',')}}'::oid[]) OR c.relkind = 'v')`;
  return `SELECT json_build_object(
  'tables', (SELECT coalesce(json_agg(json_build_array(c.oid::int8, n.nspname, c.relname, c.relkind,
        pg_relation_filenode(c.oid)::int8, c.reltuples, c.relispartition,
        coalesce(s.n_live_tup, 0)) ORDER BY c.oid), '[]')
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
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

const ownSchemas = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg\\_temp\\_%' AND n.nspname NOT LIKE 'pg\\_toast\\_temp\\_%'`;
