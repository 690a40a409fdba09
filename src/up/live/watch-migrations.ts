import { readMigrationRows } from '../../database/migration-rows.ts';
import type { PostgresAddress } from '../../database/postgres-session.ts';
import type { StackEvent } from '../../report/stack-event.ts';
import { findPendingInTree, type LiveContainer } from './live-migrations.ts';

const isMigration = /(^|\/)migrations\/[^/]+\.py$/u;
/** An edit often comes with others. */
const gatherMs = 300;
/** How often the database is asked whether somebody has applied what is pending. */
const pollMs = 2000;

/** Tells which migrations are pending whenever that may have changed. */
export interface MigrationWatch {
  readonly take: (event: StackEvent) => void;
}

/**
 * Asks Django after each edit of a migration, and the database while some are pending, as those of
 * `atStart` are. Ends with the context's signal.
 */
export function watchMigrations(
  live: LiveContainer,
  atStart: readonly string[],
  findDatabase: () => Promise<PostgresAddress | undefined>,
): MigrationWatch {
  const { context } = live;
  const { clock, signal, emit } = context;
  let isAsking = false;
  let isStale = false;
  let pending = atStart;
  let isPolling = false;
  const ask = async (): Promise<void> => {
    isStale = true;
    if (isAsking) return;
    isAsking = true;
    try {
      while (isStale) {
        await clock.sleep(gatherMs, signal);
        isStale = false;
        const found = await findPendingInTree(live);
        if (found !== undefined && (found.length > 0 || pending.length > 0)) {
          emit({ type: 'migrations-found', pending: found });
        }
      }
    } finally {
      isAsking = false;
    }
  };
  const poll = async (): Promise<void> => {
    if (isPolling) return;
    isPolling = true;
    try {
      const database = await findDatabase();
      if (database === undefined) return;
      while (pending.length > 0) {
        await clock.sleep(pollMs, signal);
        const { applied } = await readMigrationRows(database, signal);
        const there = new Set(applied.map(({ app, name }) => `${app}.${name}`));
        if (pending.every((name) => there.has(name)))
          emit({ type: 'migrations-found', pending: [] });
      }
    } finally {
      isPolling = false;
    }
  };
  // What cannot be asked now is asked at the next edit; the application says itself what is wrong.
  const quietly = (work: Promise<void>): void => void work.catch(() => {});
  if (pending.length > 0) quietly(poll());
  return {
    take(event) {
      if (event.type === 'migrations-applied') pending = [];
      if (event.type === 'migrations-found') {
        pending = event.pending;
        if (pending.length > 0) quietly(poll());
      }
      if (event.type !== 'edit-applied' && event.type !== 'edit-returned') return;
      if (event.paths.some((path) => isMigration.test(path))) quietly(ask());
    },
  };
}
