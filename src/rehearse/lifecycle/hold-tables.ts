import type { Clock } from '../../context/clock.ts';
import type { Context } from '../../context/context.ts';
import {
  type PostgresAddress,
  type PostgresQuery,
  withPostgresSession,
} from '../../database/postgres-session.ts';
import { DjdevError } from '../../errors/djdev-error.ts';

/** Every table of the application, locked by us. */
export interface HeldTables {
  /** How many sessions of others wait for one of them now. */
  readonly countWaiters: () => Promise<number>;
  /** Lets go; the locks are gone when it resolves. */
  readonly release: () => Promise<void>;
}

/** Django's own record of migrations is read by every command that starts. */
const lockTables = `DO $$
DECLARE one record;
BEGIN
  FOR one IN SELECT schemaname, tablename FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'django_migrations'
    ORDER BY schemaname, tablename
  LOOP
    EXECUTE format('LOCK TABLE %I.%I IN ACCESS EXCLUSIVE MODE NOWAIT', one.schemaname, one.tablename);
  END LOOP;
END $$`;

const waiters = `SELECT count(DISTINCT pid) AS count FROM pg_locks
  WHERE NOT granted AND locktype = 'relation'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** Between two attempts, and how many: users come and go in between. */
const retryMs = 25;
const attempts = 60;

/**
 * Makes requests slow without a change to the application: a session of ours locks its tables, so
 * that whatever asks for their rows waits as behind a slow statement. It never waits for a lock
 * itself, so that no transaction can be ended for a deadlock with it. `undefined` when the locks are
 * not to be had.
 */
export async function holdTables(
  address: PostgresAddress,
  { clock, signal }: Pick<Context, 'clock' | 'signal'>,
): Promise<HeldTables | undefined> {
  const held = Promise.withResolvers<PostgresQuery | undefined>();
  const over = Promise.withResolvers<void>();
  const holding = withPostgresSession(address, signal, async (query) => {
    const isHeld = await lock(query, clock, signal);
    held.resolve(isHeld ? query : undefined);
    if (!isHeld) return;
    await over.promise;
    await query('ROLLBACK');
  });
  holding.catch(held.reject);
  const query = await held.promise;
  if (query === undefined) return undefined;
  return {
    countWaiters: async () => Number((await query(waiters))[0]?.['count'] ?? 0),
    async release() {
      over.resolve();
      await holding;
    },
  };
}

async function lock(query: PostgresQuery, clock: Clock, signal: AbortSignal): Promise<boolean> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    await query('BEGIN');
    try {
      await query(lockTables);
      return true;
    } catch (error) {
      if (!(error instanceof DjdevError)) throw error;
      await query('ROLLBACK');
      await clock.sleep(retryMs, signal);
    }
  }
  return false;
}
