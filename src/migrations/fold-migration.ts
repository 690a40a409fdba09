import type { WatchRecord } from '../database/observe/watch-database.ts';
import type {
  LockMode,
  LockObservation,
  OperationObservation,
  StatementObservation,
} from '../report/migration-report.ts';
import { foldOpaqueStatement } from './fold-opaque-statement.ts';
import { foldStatement, type TransactionState } from './fold-statement.ts';
import { type KnownRelations, tableName, updateRelations } from './known-relations.ts';
import type { ObservedMigration, ObservedStatement, ObservedStep } from './observed-step.ts';

/** What is known from before a migration. */
export interface Surroundings {
  readonly known: KnownRelations;
  /** Tables, by oid, that somebody uses: they were there before the run. */
  readonly existing: ReadonlySet<number>;
  readonly watch: WatchRecord;
  /** Epoch; what `…AtMs` of a report count from. */
  readonly startMs: number;
}

/** What the steps of one migration come to. */
export interface FoldedMigration {
  readonly operations: readonly OperationObservation[];
  readonly known: KnownRelations;
  /** Sessions that migrated. */
  readonly pids: ReadonlySet<number>;
}

/** A lock whose end is not known yet. */
interface OpenLock {
  readonly statement: number;
  readonly oid: number;
  readonly mode: LockMode;
  readonly requestedMs: number;
  readonly waitedMs: number;
}

/** Reads the raw steps of a migration. Pure. */
export function foldMigration(
  migration: ObservedMigration,
  surroundings: Surroundings,
): FoldedMigration {
  const folding = new Folding(
    surroundings,
    migration.anySession ? surroundings.watch.locks.map(({ pid }) => pid) : [],
  );
  for (const step of migration.steps) folding.add(step);
  const { operations, known, pids } = folding.end(migration);
  return { operations, known, pids };
}

/** One pass over the steps; lives for the time of one call. */
class Folding {
  readonly #surroundings: Surroundings;
  readonly #statements: { raw: ObservedStatement; seen: StatementObservation }[] = [];
  readonly #pids: Set<number>;
  #known: KnownRelations;
  #transaction: TransactionState | undefined;
  #open: OpenLock[] = [];
  #lastMs = 0;

  constructor(surroundings: Surroundings, pids: readonly number[]) {
    this.#surroundings = surroundings;
    this.#pids = new Set(pids);
    this.#known = surroundings.known;
  }

  add(step: ObservedStep): void {
    this.#lastMs = step.atMs + ('ms' in step ? step.ms : 0);
    if (step.type === 'transaction-began') {
      this.#pids.add(step.baseline.pid);
      this.#transaction = { held: new Map(), work: step.baseline.work, known: this.#known };
    } else if (step.type === 'transaction-ended') {
      this.#close(step.atMs, step.how);
    } else {
      this.#addStatement(step);
    }
  }

  end({ operations }: ObservedMigration): FoldedMigration {
    this.#close(this.#lastMs, 'commit');
    const byOperation = Map.groupBy(this.#statements, ({ raw }) => raw.operation);
    const folded = operations.map(({ description, kind }, index) => ({
      description,
      kind,
      statements: (byOperation.get(index) ?? []).map(({ seen }) => seen),
    }));
    const others = (byOperation.get(undefined) ?? []).map(({ seen }) => seen);
    return {
      operations: [
        ...folded,
        ...(others.length > 0
          ? [{ description: 'Outside of the operations', kind: 'SQL', statements: others }]
          : []),
      ],
      known: this.#known,
      pids: this.#pids,
    };
  }

  #addStatement(raw: ObservedStatement): void {
    if (raw.pid !== undefined) this.#pids.add(raw.pid);
    const { existing, startMs } = this.#surroundings;
    const frame = {
      sql: raw.sql,
      startedAtMs: round(raw.atMs - startMs),
      ms: round(raw.ms),
      deferred: raw.deferred,
      inTransaction: raw.inTransaction,
      lockTimeoutMs: raw.state?.lockTimeoutMs ?? 0,
      ...(raw.times > 1 && { times: raw.times }),
      ...(raw.error !== undefined && { error: raw.error }),
    };
    if (raw.state === undefined || this.#transaction === undefined) {
      const opaque = foldOpaqueStatement(raw, {
        ...this.#surroundings,
        known: this.#transaction?.known ?? this.#known,
        pids: this.#pids,
      });
      if (raw.catalog) this.#known = updateRelations(this.#known, raw.catalog);
      this.#statements.push({ raw, seen: { ...frame, ...opaque } });
      return;
    }
    const { effects, after } = foldStatement(raw, this.#transaction, existing);
    this.#transaction = after;
    const { taken, ...seen } = effects;
    const statement = this.#statements.length;
    for (const { oid, mode } of taken)
      this.#open.push({
        statement,
        oid,
        mode,
        requestedMs: raw.atMs,
        waitedMs: this.#waited(oid, raw),
      });
    this.#statements.push({ raw, seen: { ...frame, ...seen, locks: [] } });
  }

  /** How long the sampler saw the session wait for a lock on the relation during the statement. */
  #waited(oid: number, { atMs, ms }: ObservedStatement): number {
    const waits = this.#surroundings.watch.locks.filter(
      (lock) =>
        !lock.granted &&
        lock.relation === oid &&
        this.#pids.has(lock.pid) &&
        lock.untilMs >= atMs &&
        lock.fromMs <= atMs + ms,
    );
    const waited = waits.map((wait) => wait.untilMs - Math.max(atMs, wait.fromMs));
    return Math.min(ms, Math.max(0, ...waited));
  }

  #close(atMs: number, how: 'commit' | 'rollback'): void {
    for (const lock of this.#open) {
      const entry = this.#statements[lock.statement];
      if (!entry) continue;
      const observed: LockObservation = {
        table: tableName(this.#transaction?.known ?? this.#known, lock.oid),
        mode: lock.mode,
        requestedAtMs: round(lock.requestedMs - this.#surroundings.startMs),
        waitedMs: round(lock.waitedMs),
        heldMs: round(Math.max(0, atMs - lock.requestedMs - lock.waitedMs)),
        source: 'hook',
      };
      entry.seen = { ...entry.seen, locks: [...entry.seen.locks, observed] };
    }
    this.#open = [];
    if (how === 'commit' && this.#transaction) this.#known = this.#transaction.known;
    this.#transaction = undefined;
  }
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
