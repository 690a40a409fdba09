import type { LockMode, MigrationReport } from '../../report/migration-report.ts';

/** Modes that every reader and writer gets along with. */
const politeModes: ReadonlySet<LockMode> = new Set([
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
]);

/**
 * The longest that a statement of these migrations waits for a lock in others' way; 0 is for ever.
 * `undefined` when none takes such a lock.
 */
export function lockTimeoutOf(migrations: readonly MigrationReport[]): number | undefined {
  const timeouts = migrations
    .flatMap(({ operations }) => operations.flatMap(({ statements }) => statements))
    .filter(({ locks }) => locks.some(({ mode }) => !politeModes.has(mode)))
    .map(({ lockTimeoutMs }) => lockTimeoutMs);
  if (timeouts.length === 0) return undefined;
  return timeouts.includes(0) ? 0 : Math.max(...timeouts);
}
