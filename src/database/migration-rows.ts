import { type PostgresAddress, type PostgresRow, withPostgresSession } from './postgres-session.ts';

/** One row of `django_migrations`. */
interface AppliedMigration {
  readonly app: string;
  readonly name: string;
}

/** What a database says about its migrations, read with our own session and not through Django. */
export interface MigrationRows {
  /** `django_migrations` exists, in whatever schema. */
  readonly tableExists: boolean;
  readonly applied: readonly AppliedMigration[];
  /** Tables outside Postgres' own schemas. */
  readonly tableCount: number;
}

const tablesQuery = `
  SELECT table_schema AS schema, table_name AS name
    FROM information_schema.tables
   WHERE table_type = 'BASE TABLE'
     AND table_schema NOT IN ('pg_catalog', 'information_schema')`;

/** Reads `django_migrations`. Throws `DJ-DATABASE-QUERY` when the server refuses. */
export function readMigrationRows(
  address: PostgresAddress,
  signal: AbortSignal,
): Promise<MigrationRows> {
  return withPostgresSession(address, signal, async (query) => {
    const tables = await query(tablesQuery);
    const schemas = tables.filter(({ name }) => name === 'django_migrations').map(schemaOf);
    const rows: PostgresRow[] = [];
    for (const schema of schemas)
      rows.push(...(await query(`SELECT app, name FROM ${schema}.django_migrations`)));
    return {
      tableExists: schemas.length > 0,
      applied: rows.map(({ app, name }) => ({ app: String(app), name: String(name) })),
      tableCount: tables.length,
    };
  });
}

function schemaOf({ schema }: PostgresRow): string {
  return `"${String(schema).replaceAll('"', '""')}"`;
}
