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
  await withPostgresSession(server, signal, (query) => query(`CREATE DATABASE ${name}`));
  try {
    return await use({ ...server, database: name });
  } finally {
    await withPostgresSession(server, AbortSignal.timeout(cleanUpTimeoutMs), (query) =>
      query(`DROP DATABASE ${name} WITH (FORCE)`),
    );
  }
}
