import { type PostgresAddress, withPostgresSession } from '../../database/postgres-session.ts';
import { quoteName } from '../../database/data/golden-template.ts';

const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = $1 AND pid <> pg_backend_pid() AND application_name NOT LIKE 'djdev%'`;

/**
 * Ends every session of the application: to its connections that is a restart of the server.
 * Answers how many there were.
 */
export async function cutSessions(address: PostgresAddress, signal: AbortSignal): Promise<number> {
  return await withPostgresSession(address, signal, async (query) => {
    return (await query(cut, [address.database])).length;
  });
}

/**
 * Takes the database away while `work` runs: every session ends and a new one is refused, as by a
 * server that shuts down and starts again. Other databases of the server go on.
 */
export async function withoutDatabase<T>(
  address: PostgresAddress,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const elsewhere = { ...address, database: 'postgres' };
  return await withPostgresSession(elsewhere, signal, async (query) => {
    const allow = (isAllowed: boolean): string =>
      `ALTER DATABASE ${quoteName(address.database)} WITH ALLOW_CONNECTIONS ${isAllowed}`;
    await query(allow(false));
    try {
      await query(cut, [address.database]);
      return await work();
    } finally {
      if (!signal.aborted) await query(allow(true));
    }
  });
}
