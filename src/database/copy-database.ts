import { cloneDatabase as cloneTemplate } from './data/golden-template.ts';
import { type PostgresAddress, withPostgresSession } from './postgres-session.ts';

/** How long somebody else's session in the original is waited for. */
const patienceSeconds = 10;

/**
 * Makes `name` a copy of the database at `address`, in about a second for a gigabyte. Sessions in
 * the original are waited for: a probe's ends by itself. Throws `DJ-DATABASE-QUERY` when the server
 * refuses.
 */
export async function copyDatabase(
  address: PostgresAddress,
  name: string,
  signal: AbortSignal,
): Promise<PostgresAddress> {
  await withPostgresSession({ ...address, database: 'postgres' }, signal, async (query) => {
    for (let waited = 0; waited < patienceSeconds; waited += 0.1) {
      const sessions = await query('SELECT 1 FROM pg_stat_activity WHERE datname = $1', [
        address.database,
      ]);
      if (sessions.length === 0) break;
      await query('SELECT pg_sleep(0.1)');
    }
    await cloneTemplate(query, address.database, name);
  });
  return { ...address, database: name };
}

/** Removes a copy and ends the sessions in it; a missing one is no error. */
export async function dropDatabase(address: PostgresAddress, signal: AbortSignal): Promise<void> {
  await withPostgresSession({ ...address, database: 'postgres' }, signal, (query) =>
    query(`DROP DATABASE IF EXISTS "${address.database}" WITH (FORCE)`),
  );
}
