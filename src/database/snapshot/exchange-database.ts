import type { Clock } from '../../context/clock.ts';
import {
  type PostgresAddress,
  type PostgresQuery,
  withPostgresSession,
} from '../postgres-session.ts';
import { quoteName } from '../data/golden-template.ts';

/** A server whose databases are copied and exchanged, and its database of the application. */
export interface DatabaseServer {
  readonly address: PostgresAddress;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Told when sessions of the application had to be ended. */
  readonly onEnded: (count: number) => void;
}

/** A session beside the application's database, for work on whole databases. */
export function withServerSession<T>(
  { address, signal }: Pick<DatabaseServer, 'address' | 'signal'>,
  use: (query: PostgresQuery) => Promise<T>,
): Promise<T> {
  return withPostgresSession({ ...address, database: 'postgres' }, signal, use);
}

/** How long sessions at work may go on; Postgres itself waits 5 s for the last of them. */
const patienceMs = 2000;
const pauseMs = 50;

/**
 * Does something to a database that must be without sessions: a copy or a change of its name. The
 * statement comes first: its lock keeps new sessions waiting, which then find the database again.
 * Those that are there are ended: idle ones at once, others when they have had time to finish.
 */
export async function whileAlone<T>(
  server: DatabaseServer,
  databases: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const { signal, clock } = server;
  const working = { isOver: false };
  const done = work().finally(() => {
    working.isOver = true;
  });
  done.catch(() => {});
  let ended = 0;
  const startedMs = clock.monotonicMs();
  await withServerSession(server, async (query) => {
    while (!working.isOver) {
      const isPatient = clock.monotonicMs() - startedMs < patienceMs;
      const rows = await query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = ANY($1) AND pid <> pg_backend_pid() AND backend_type = 'client backend'
            AND (NOT $2 OR state = 'idle')`,
        [databases, isPatient],
      );
      ended += rows.length;
      await Promise.race([done.catch(() => {}), clock.sleep(pauseMs, signal).catch(() => {})]);
      signal.throwIfAborted();
    }
  });
  if (ended > 0) server.onEnded(ended);
  return await done;
}

/**
 * Puts `replacement` in the place of the application's database in one transaction; the database
 * that was there is called `kept` from then on. Nothing is dropped.
 */
export async function exchangeDatabase(
  server: DatabaseServer,
  replacement: string,
  kept: { readonly name: string; readonly comment: string },
): Promise<void> {
  const { database } = server.address;
  await withServerSession(server, async (query) => {
    await whileAlone(server, [database, replacement], async () => {
      await query('BEGIN');
      try {
        await query(`ALTER DATABASE ${quoteName(database)} RENAME TO ${quoteName(kept.name)}`);
        await query(`ALTER DATABASE ${quoteName(replacement)} RENAME TO ${quoteName(database)}`);
        await query(`COMMENT ON DATABASE ${quoteName(kept.name)} IS ${kept.comment}`);
        await query('COMMIT');
      } catch (error) {
        await query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
    await query(
      `ALTER DATABASE ${quoteName(kept.name)} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true`,
    );
  });
}
