import { randomBytes } from 'node:crypto';
import { type PostgresAddress, withPostgresSession } from '../../database/postgres-session.ts';

/** Clean-up has a deadline of its own: the run's signal may have aborted. */
const cleanUpTimeoutMs = 15_000;

/**
 * Makes an empty database on a scratch server for the time of `use`, and drops it however that
 * ends, sessions of others included. Throws `DJ-DATABASE-QUERY`.
 */
export async function withNewDatabase<T>(
  server: PostgresAddress,
  signal: AbortSignal,
  use: (address: PostgresAddress) => Promise<T>,
): Promise<T> {
  const name = `trace_${randomBytes(6).toString('hex')}`;
  // One session for both: a session costs as much as the database.
  return await withPostgresSession(server, signal, async (query) => {
    await query(`CREATE DATABASE ${name}`);
    try {
      return await use({ ...server, database: name });
    } finally {
      if (signal.aborted) await dropLate(server, name);
      else await query(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  });
}

/** The session went with the signal. */
async function dropLate(server: PostgresAddress, name: string): Promise<void> {
  await withPostgresSession(server, AbortSignal.timeout(cleanUpTimeoutMs), (query) =>
    query(`DROP DATABASE ${name} WITH (FORCE)`),
  );
}
