import { type PostgresAddress, withPostgresSession } from './postgres-session.ts';

/**
 * Makes `name` a copy of the database at `address`, in about a second for a gigabyte. No session
 * may be open in the original. Throws `DJ-DATABASE-QUERY` when the server refuses.
 */
export async function cloneDatabase(
  address: PostgresAddress,
  name: string,
  signal: AbortSignal,
): Promise<PostgresAddress> {
  await withPostgresSession({ ...address, database: 'postgres' }, signal, (query) =>
    query(`CREATE DATABASE "${name}" TEMPLATE "${address.database}"`),
  );
  return { ...address, database: name };
}

/** Removes a clone and ends the sessions in it; a missing one is no error. */
export async function dropDatabase(address: PostgresAddress, signal: AbortSignal): Promise<void> {
  await withPostgresSession({ ...address, database: 'postgres' }, signal, (query) =>
    query(`DROP DATABASE IF EXISTS "${address.database}" WITH (FORCE)`),
  );
}
