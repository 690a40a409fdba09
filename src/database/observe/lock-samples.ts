import { isLockMode } from './backend-state.ts';
import type { PostgresRow } from '../postgres-session.ts';
import type { LockMode } from '../../report/migration-report.ts';

/**
 * Locks on relations that keep others out, and whoever waits for any lock. `waitstart` came with
 * Postgres 14. Sessions of djdev itself are left out, but for those that the observer is told of.
 */
export const samplesQuery = `
  SELECT l.pid, l.locktype AS kind, l.relation::int8::float8 AS relation, l.mode, l.granted,
         extract(epoch FROM (to_jsonb(l)->>'waitstart')::timestamptz) * 1000 AS since,
         CASE WHEN NOT l.granted THEN pg_blocking_pids(l.pid) END AS blockers,
         a.application_name AS application, a.query
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
   WHERE (NOT l.granted OR (l.locktype = 'relation' AND l.relation >= 16384 AND l.mode IN
         ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
          'AccessExclusiveLock')))
     AND a.datname = current_database()`;

/** A lock as the sampler saw it, from its first sight to its last. */
export interface SampledLock {
  readonly pid: number;
  readonly application: string;
  readonly relation: number;
  readonly mode: LockMode;
  readonly granted: boolean;
  /** Epoch. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A session that waited for others. */
export interface SampledWait {
  readonly pid: number;
  readonly application: string;
  readonly query: string;
  /** The relation, or `undefined` for rows. */
  readonly relation: number | undefined;
  readonly blockers: readonly number[];
  /** Epoch. */
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface LockSamples {
  readonly locks: readonly SampledLock[];
  readonly waits: readonly SampledWait[];
}

/** Puts samples together to intervals. What is missing in one sample has ended before it. */
export class SampleRecorder {
  readonly #locks: SampledLock[] = [];
  readonly #waits: SampledWait[] = [];
  #open = new Map<string, SampledLock>();
  #waiting = new Map<string, SampledWait>();

  /** Adds one sample, taken at `atMs` (epoch). */
  add(rows: readonly PostgresRow[], atMs: number): void {
    const open = new Map<string, SampledLock>();
    const waiting = new Map<string, SampledWait>();
    for (const row of rows) {
      const sample = readSample(row, atMs);
      if (sample.lock) {
        const key = `${sample.lock.pid} ${sample.lock.relation} ${sample.lock.mode} ${sample.lock.granted}`;
        const earlier = this.#open.get(key);
        open.set(key, earlier ? { ...earlier, untilMs: atMs } : sample.lock);
      }
      if (sample.wait) {
        const key = `${sample.wait.pid} ${sample.wait.relation ?? 'rows'} ${sample.wait.query}`;
        const earlier = this.#waiting.get(key);
        waiting.set(
          key,
          earlier
            ? {
                ...earlier,
                untilMs: atMs,
                blockers: [...new Set([...earlier.blockers, ...sample.wait.blockers])],
              }
            : sample.wait,
        );
      }
    }
    for (const [key, lock] of this.#open) if (!open.has(key)) this.#locks.push(lock);
    for (const [key, wait] of this.#waiting) if (!waiting.has(key)) this.#waits.push(wait);
    this.#open = open;
    this.#waiting = waiting;
  }

  /** Relations with a lock that keeps others out and that was seen more than once. */
  held(): readonly number[] {
    return this.#blocking()
      .filter(({ fromMs, untilMs }) => untilMs > fromMs)
      .map(({ relation }) => relation);
  }

  /** For how long the youngest lock that keeps others out has been there. */
  heldForMs(nowMs: number): number | undefined {
    const ages = this.#blocking().map(({ fromMs }) => nowMs - fromMs);
    return ages.length === 0 ? undefined : Math.min(...ages);
  }

  #blocking(): readonly SampledLock[] {
    return [...this.#open.values()].filter(({ mode }) => mode !== 'ShareUpdateExclusiveLock');
  }

  /** Everything so far; what is still there counts until its last sight. */
  read(): LockSamples {
    return {
      locks: [...this.#locks, ...this.#open.values()],
      waits: [...this.#waits, ...this.#waiting.values()],
    };
  }
}

function readSample(
  row: PostgresRow,
  atMs: number,
): { readonly lock?: SampledLock; readonly wait?: SampledWait } {
  const { relation, mode, granted, blockers, since } = row;
  const pid = Number(row['pid']);
  const application = String(row['application']);
  const fromMs = typeof since === 'string' || typeof since === 'number' ? Number(since) : atMs;
  const seen = { pid, application, fromMs: Math.min(fromMs, atMs), untilMs: atMs };
  const name = String(mode);
  const isTable = row['kind'] === 'relation' && typeof relation === 'number';
  return {
    ...(isTable &&
      isLockMode(name) && { lock: { ...seen, relation, mode: name, granted: granted === true } }),
    ...(granted !== true && {
      wait: {
        ...seen,
        query: String(row['query']),
        relation: isTable ? relation : undefined,
        blockers: Array.isArray(blockers) ? blockers.map(Number) : [],
      },
    }),
  };
}
