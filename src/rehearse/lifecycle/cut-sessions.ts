import {
  type PostgresAddress,
  type PostgresQuery,
  withPostgresSession,
} from '../../database/postgres-session.ts';
import { cloneDatabase, copyName, quoteName } from '../../database/data/golden-template.ts';

const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = $1 AND pid <> pg_backend_pid() AND application_name NOT LIKE 'djdev%'`;

/** Copies of larger databases take longer than what they would show is worth. */
const largestCopyBytes = 300e6;

/** What a restart of the server leaves. */
export interface CutSessions {
  /** Sessions of the application that ended. */
  readonly count: number;
  /** A copy of the database that takes no session; absent where it is large. */
  readonly closed: PostgresAddress | undefined;
}

/**
 * Ends every session of the application: to its connections that is a restart of the server. In
 * that moment nobody is connected, so that the database can be copied.
 */
export async function cutSessions(
  address: PostgresAddress,
  signal: AbortSignal,
): Promise<CutSessions> {
  return await withoutDatabase(address, signal, async (query, count) => {
    const [size] = await query('SELECT pg_database_size($1)::float8 AS bytes', [address.database]);
    if (Number(size?.['bytes']) > largestCopyBytes) return { count, closed: undefined };
    const database = copyName('closed');
    await query(`DROP DATABASE IF EXISTS ${quoteName(database)} WITH (FORCE)`);
    await cloneDatabase(query, address.database, database);
    await query(`ALTER DATABASE ${quoteName(database)} WITH ALLOW_CONNECTIONS false`);
    return { count, closed: { ...address, database } };
  });
}

/**
 * Takes the database away while `work` runs: every session ends and a new one is refused, as by a
 * server that shuts down and starts again. Other databases of the server go on.
 */
export async function withoutDatabase<T>(
  address: PostgresAddress,
  signal: AbortSignal,
  work: (query: PostgresQuery, count: number) => Promise<T>,
): Promise<T> {
  const elsewhere = { ...address, database: 'postgres' };
  return await withPostgresSession(elsewhere, signal, async (query) => {
    const allow = (isAllowed: boolean): string =>
      `ALTER DATABASE ${quoteName(address.database)} WITH ALLOW_CONNECTIONS ${isAllowed}`;
    await query(allow(false));
    try {
      const ended = await query(cut, [address.database]);
      await waitUntilEmpty(query, address.database);
      return await work(query, ended.length);
    } finally {
      if (!signal.aborted) await query(allow(true));
    }
  });
}

/** A session that is told to end takes a moment for it. */
async function waitUntilEmpty(query: PostgresQuery, database: string): Promise<void> {
  for (let waited = 0; waited < 50; waited += 1) {
    const rows = await query('SELECT 1 FROM pg_stat_activity WHERE datname = $1', [database]);
    if (rows.length === 0) return;
    await query('SELECT pg_sleep(0.02)');
  }
}
