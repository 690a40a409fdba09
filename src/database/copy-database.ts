import { cloneDatabase, copyName, quoteName } from './data/golden-template.ts';
import { type PostgresAddress, withPostgresSession } from './postgres-session.ts';

/** How long somebody else's session in the original is waited for. */
const patienceSeconds = 10;

/**
 * Makes a copy of the database at `address`, in about a second for a gigabyte, in place of an older
 * one for the same purpose. Sessions in the original are waited for: a probe's ends by itself. On a
 * server that is kept, the copy goes with the run. Throws `DJ-DATABASE-QUERY` when the server
 * refuses.
 */
export async function copyDatabase(
  address: PostgresAddress,
  purpose: string,
  signal: AbortSignal,
): Promise<PostgresAddress> {
  const name = copyName(purpose);
  await withPostgresSession({ ...address, database: 'postgres' }, signal, async (query) => {
    await query(`DROP DATABASE IF EXISTS ${quoteName(name)} WITH (FORCE)`);
    for (let waited = 0; waited < patienceSeconds; waited += 0.1) {
      const sessions = await query('SELECT 1 FROM pg_stat_activity WHERE datname = $1', [
        address.database,
      ]);
      if (sessions.length === 0) break;
      await query('SELECT pg_sleep(0.1)');
    }
    await cloneDatabase(query, address.database, name);
  });
  return { ...address, database: name };
}
