import { lockStrength } from '../database/observe/backend-state.ts';
import type { LockObservation, StatementObservation } from '../report/migration-report.ts';
import type { Surroundings } from './fold-migration.ts';
import { type KnownRelations, listRelations, tableName } from './known-relations.ts';
import type { ObservedStatement } from './observed-step.ts';

type Effects = Pick<
  StatementObservation,
  'locks' | 'rewrites' | 'scans' | 'indexBuilds' | 'rowsChanged'
>;

/**
 * A statement that could not be asked from inside its transaction: one that allows none around it,
 * or one that failed. Its locks come from the sampler; what it wrote anew is told by the files, and
 * the lock that goes with that by the kind of statement. Pure.
 */
export function foldOpaqueStatement(
  raw: ObservedStatement,
  surroundings: Surroundings & { readonly pids: ReadonlySet<number> },
): Effects {
  const { known, existing } = surroundings;
  const seen = sampledLocks(raw, surroundings);
  const { rewrites, builds } = compareFiles(raw, known, existing);
  const isConcurrent = /\bconcurrently\b/iu.test(raw.sql);
  const implied = (oid: number, mode: LockObservation['mode']): LockObservation[] =>
    seen.some(({ table }) => table === tableName(known, oid))
      ? []
      : [lockDuring(raw, { ...surroundings, oid, mode, source: 'implied' })];
  const indexed = builds.filter((oid) => !rewrites.includes(oid));
  return {
    locks: [
      ...seen,
      ...rewrites.flatMap((oid) => implied(oid, 'AccessExclusiveLock')),
      ...indexed.flatMap((oid) =>
        implied(oid, isConcurrent ? 'ShareUpdateExclusiveLock' : 'ShareLock'),
      ),
    ],
    rewrites: rewrites.map((oid) => tableName(known, oid)),
    indexBuilds: builds.map((oid) => tableName(known, oid)),
    scans: [],
    rowsChanged: [...(raw.written ?? [])]
      .filter(
        ([oid, { inserted, updated, deleted }]) =>
          existing.has(oid) && inserted + updated + deleted > 0,
      )
      .map(([oid, written]) => ({ table: tableName(known, oid), ...written })),
  };
}

function sampledLocks(
  raw: ObservedStatement,
  surroundings: Surroundings & { readonly pids: ReadonlySet<number> },
): LockObservation[] {
  const { watch, pids, existing } = surroundings;
  const during = watch.locks.filter(
    (lock) =>
      pids.has(lock.pid) &&
      existing.has(lock.relation) &&
      lock.granted &&
      lock.untilMs >= raw.atMs &&
      lock.fromMs <= raw.atMs + raw.ms,
  );
  const byTable = Map.groupBy(during, ({ relation }) => relation);
  return [...byTable].flatMap(([oid, locks]) => {
    const [lock] = locks.toSorted((a, b) => lockStrength(b.mode) - lockStrength(a.mode));
    return lock
      ? [lockDuring(raw, { ...surroundings, oid, mode: lock.mode, source: 'sampler' })]
      : [];
  });
}

function lockDuring(
  raw: ObservedStatement,
  {
    known,
    startMs,
    oid,
    mode,
    source,
  }: Surroundings & {
    readonly oid: number;
    readonly mode: LockObservation['mode'];
    readonly source: LockObservation['source'];
  },
): LockObservation {
  return {
    table: tableName(known, oid),
    mode,
    requestedAtMs: Math.round((raw.atMs - startMs) * 10) / 10,
    waitedMs: 0,
    heldMs: Math.round(raw.ms * 10) / 10,
    source,
  };
}

/** Tables that lie in another file than before, and tables with an index that does. */
function compareFiles(
  { catalog }: ObservedStatement,
  known: KnownRelations,
  existing: ReadonlySet<number>,
): { readonly rewrites: readonly number[]; readonly builds: readonly number[] } {
  if (catalog === undefined) return { rewrites: [], builds: [] };
  const moved = [...listRelations(catalog)].filter(
    ([oid, { file }]) => file !== undefined && known.get(oid)?.file !== file,
  );
  return {
    rewrites: moved
      .filter(([oid, { indexed }]) => indexed === undefined && existing.has(oid) && known.has(oid))
      .map(([oid]) => oid),
    builds: [
      ...new Set(
        moved.flatMap(([, { indexed }]) =>
          indexed !== undefined && existing.has(indexed) ? [indexed] : [],
        ),
      ),
    ],
  };
}
