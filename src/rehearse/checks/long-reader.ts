import type { Finding } from '../../report/finding.ts';
import type { OldReleaseReport } from '../../report/migration-report.ts';

/** A migration that has to wait for a lock, and what everybody else does meanwhile. */
export interface LongReaderEvidence {
  readonly longReader: NonNullable<OldReleaseReport['longReader']>;
  /** `public.shop_order`. */
  readonly table: string | undefined;
  readonly lockBudgetMs: number | undefined;
  /** The first release command that migrates, as it is written. */
  readonly command: string;
}

/** Without a budget, what pgroll and others let a migration wait. */
const usualLockTimeout = '2s';

/** Whether the migration waits politely. */
export function checkLongReader(evidence: LongReaderEvidence): readonly Finding[] {
  const { longReader, table, lockBudgetMs, command } = evidence;
  const { outcome, worstStallMs, readerMs, lockTimeoutMs } = longReader;
  if (outcome === 'unaffected') return [];
  const measurement = { name: 'longest stall', value: worstStallMs, unit: 'ms' } as const;
  const limit = lockBudgetMs === undefined ? usualLockTimeout : `${lockBudgetMs}ms`;
  if (outcome === 'waited' && lockTimeoutMs === 0) {
    return [
      {
        code: 'lock-timeout-missing',
        level: 'warn',
        step: 'rollout',
        title: `Behind a reader of ${readerMs / 1000} s, every request on ${table} waited ${worstStallMs} ms.`,
        detail:
          'lock_timeout is 0: the migration waits for its lock as long as somebody reads, a report or a backup, ' +
          'and all that comes after it waits behind the migration.',
        hint:
          `Let it give up and try again: PGOPTIONS="-c lock_timeout=${limit}" in the environment of “${command}”, ` +
          `or OPTIONS = {"options": "-c lock_timeout=${limit}"} in the DATABASES of the settings that migrate, ` +
          `or ALTER ROLE … SET lock_timeout = '${limit}' for the role that migrates.`,
        measurement,
      },
    ];
  }
  if (lockBudgetMs !== undefined && worstStallMs > lockBudgetMs) {
    return [
      {
        code: 'long-reader-stall',
        level: 'warn',
        step: 'rollout',
        title: `Behind a reader of ${readerMs / 1000} s, requests on ${table} waited ${worstStallMs} ms.`,
        detail: `lock_timeout is ${lockTimeoutMs} ms, rehearse.budgets.lock is ${lockBudgetMs} ms.`,
        hint: `Set lock_timeout to ${limit} or less for the release command, and try again when it gives up.`,
        measurement,
      },
    ];
  }
  return [];
}
