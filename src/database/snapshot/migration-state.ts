import type { PostgresQuery } from '../postgres-session.ts';
import type { MigrationState } from './snapshot.ts';

/** How far the database of a session is migrated; nothing where Django has never been. */
export async function readMigrationState(query: PostgresQuery): Promise<MigrationState> {
  const [table] = await query(`SELECT to_regclass('django_migrations') IS NOT NULL AS exists`);
  if (table?.['exists'] !== true) return { count: 0, last: {} };
  const rows = await query('SELECT app, name FROM django_migrations ORDER BY id');
  return {
    count: rows.length,
    last: Object.fromEntries(rows.map(({ app, name }) => [String(app), String(name)])),
  };
}
