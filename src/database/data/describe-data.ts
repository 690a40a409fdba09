import type { PostgresQuery } from '../postgres-session.ts';

/** Sizes of the database of a session. */
export async function measureDatabase(
  query: PostgresQuery,
): Promise<{ readonly bytes: number; readonly rows: number; readonly tables: number }> {
  const [row] = await query(
    `SELECT pg_database_size(current_database())::float8 AS bytes,
            coalesce(sum(greatest(reltuples, 0)), 0)::float8 AS rows, count(*)::int AS tables
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`,
  );
  return {
    bytes: Number(row?.['bytes'] ?? 0),
    rows: Number(row?.['rows'] ?? 0),
    tables: Number(row?.['tables'] ?? 0),
  };
}
