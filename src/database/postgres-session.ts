import { Socket } from 'node:net';
import type { Client } from 'pg';
import { DjdevError } from '../errors/djdev-error.ts';
import type { Secret } from '../project/secret.ts';
import { readPostgresFailure } from './postgres-error.ts';

/** Where this process reaches a Postgres, and as whom. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: Secret;
  readonly database: string;
  /** Shown in `pg_stat_activity` in place of `djdev`. */
  readonly application?: string;
}

export type PostgresRow = Readonly<Record<string, unknown>>;

/** Sends one statement and returns its rows; `values` fill `$1`, `$2`, … */
export type PostgresQuery = (
  text: string,
  values?: readonly unknown[],
) => Promise<readonly PostgresRow[]>;

/** Shown in `pg_stat_activity`, so that djdev's own sessions can be told from the application's. */
const applicationName = 'djdev';

/**
 * Opens one session for the time of `use` and closes it however that ends; an abort cuts it.
 * Throws `DJ-DATABASE-QUERY` with the server's message when the server refuses something.
 */
export async function withPostgresSession<T>(
  address: PostgresAddress,
  signal: AbortSignal,
  use: (query: PostgresQuery) => Promise<T>,
): Promise<T> {
  const socket = new Socket();
  const client = await createClient(address, socket);
  signal.throwIfAborted();
  // A session that is cut reports it here as well; the query that was running rejects anyway.
  client.on('error', () => {});
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  aborted.catch(() => {});
  // Not `client.end()`: called while the client connects, neither it nor `connect()` ever settles.
  const cut = (): void => {
    socket.destroy();
    reject(signal.reason);
  };
  signal.addEventListener('abort', cut, { once: true });
  try {
    await Promise.race([client.connect(), aborted]).catch((cause: unknown) =>
      fail('a session', cause, signal),
    );
    return await use((text, values) =>
      Promise.race([
        client.query<Record<string, unknown>>(text, [...(values ?? [])]),
        aborted,
      ]).then(
        (result) => result.rows,
        (cause: unknown) => fail(`\`${text}\``, cause, signal),
      ),
    );
  } finally {
    signal.removeEventListener('abort', cut);
    if (!signal.aborted) await client.end();
  }
}

/** `pg` costs 22 ms to import: only runs that have a database pay for it. */
async function createClient(address: PostgresAddress, socket: Socket): Promise<Client> {
  const { default: pg } = await import('pg');
  return new pg.Client({
    host: address.host,
    port: address.port,
    user: address.user,
    password: address.password.reveal(),
    database: address.database,
    application_name: address.application ?? applicationName,
    // Everything is said here, so that PGSSLMODE and its kind in the shell cannot interfere.
    ssl: false,
    stream: () => socket,
  });
}

function fail(asked: string, cause: unknown, signal: AbortSignal): never {
  signal.throwIfAborted();
  const { sqlState, message } = readPostgresFailure(cause);
  throw new DjdevError('DJ-DATABASE-QUERY', {
    message: `The scratch Postgres refused ${asked}: ${message}${sqlState ? ` (${sqlState})` : ''}.`,
    hint: 'Run the command again with --keep, and look at the database and its log.',
    cause,
  });
}
