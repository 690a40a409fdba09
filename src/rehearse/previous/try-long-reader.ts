import type { Context } from '../../context/context.ts';
import {
  type PostgresAddress,
  type PostgresQuery,
  withPostgresSession,
} from '../../database/postgres-session.ts';
import type { OldReleaseReport } from '../../report/migration-report.ts';
import type { CloneMigration } from './migrate-clone.ts';

/** What a long reader did to a migration, and the migration to everybody else. */
export type LongReader = NonNullable<OldReleaseReport['longReader']>;

/** How long a report or a backup reads on while the migration already waits for it. */
const readerMs = 2000;
const pollMs = 5;

interface ReaderTrial {
  readonly longReader: Omit<LongReader, 'lockTimeoutMs'>;
  /** `public.shop_order`, the first table that the migration waited for. */
  readonly table: string | undefined;
  readonly migration: CloneMigration;
}

/**
 * Migrates a copy while one transaction has read every table and stays open, until the migration
 * has waited for it for two seconds. Meanwhile another session reads the table that the migration
 * waits for, as any request would.
 */
export async function tryLongReader(
  { clock, signal }: Pick<Context, 'clock' | 'signal'>,
  address: PostgresAddress,
  migrate: () => Promise<CloneMigration>,
): Promise<ReaderTrial> {
  return await withPostgresSession(address, signal, async (read) => {
    await read('BEGIN');
    await lockForReading(read);
    const over = new AbortController();
    const until = AbortSignal.any([signal, over.signal]);
    const waiting = watch(address, clock, until);
    const stall = feelStall(address, waiting, clock, until);
    const reading = waiting.then(async (table) => {
      if (table === undefined) return undefined;
      await clock.sleep(readerMs, until).catch(() => undefined);
      await read('ROLLBACK');
      return { table, worstStallMs: await stall };
    });
    reading.catch(() => undefined);
    const migration = await migrate().finally(() => over.abort(new Error('The migration ended.')));
    const felt = await reading;
    if (felt === undefined) {
      await read('ROLLBACK');
      return {
        migration,
        table: undefined,
        longReader: { readerMs, worstStallMs: 0, outcome: 'unaffected' },
      };
    }
    return {
      migration,
      table: felt.table,
      longReader: {
        readerMs,
        worstStallMs: felt.worstStallMs,
        outcome: migration.gaveUp ? 'gave-up' : 'waited',
      },
    };
  });
}

/** What `SELECT` takes, and a transaction keeps: on all tables but Django's own bookkeeping. */
async function lockForReading(read: PostgresQuery): Promise<void> {
  const tables = await read(`
    SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
       AND tablename <> 'django_migrations'`);
  for (const { name } of tables) await read(`LOCK TABLE ${String(name)} IN ACCESS SHARE MODE`);
}

/** The first table that somebody waits for; `undefined` when nobody did until the end. */
async function watch(
  address: PostgresAddress,
  clock: Context['clock'],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return await withPostgresSession(address, signal, async (query) => {
      for (;;) {
        const [row] = await query(`
          SELECT format('%I.%I', n.nspname, c.relname) AS name
            FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
                 JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE NOT l.granted AND l.database = (SELECT oid FROM pg_database
                                                  WHERE datname = current_database())
           LIMIT 1`);
        if (row) return String(row['name']);
        await clock.sleep(pollMs, signal);
      }
    });
  } catch {
    return undefined;
  }
}

/**
 * The longest that one read of the table took, asked again and again until the signal aborts. The
 * session is opened before the table is known: a request of a pool finds one open, too.
 */
async function feelStall(
  address: PostgresAddress,
  waiting: Promise<string | undefined>,
  clock: Context['clock'],
  signal: AbortSignal,
): Promise<number> {
  let worstMs = 0;
  try {
    await withPostgresSession(address, signal, async (query) => {
      const table = await waiting;
      if (table === undefined) return;
      for (;;) {
        const startedMs = clock.monotonicMs();
        await query(`SELECT 1 FROM ${table} LIMIT 1`);
        worstMs = Math.max(worstMs, clock.monotonicMs() - startedMs);
        await clock.sleep(pollMs, signal);
      }
    });
  } catch {
    // Over; or the table is gone, and then nobody waits for it any more.
  }
  return Math.round(worstMs);
}
