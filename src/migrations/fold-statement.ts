import {
  type LockedRelation,
  lockStrength,
  type WorkCounts,
} from '../database/observe/backend-state.ts';
import type {
  LockMode,
  RowsChanged,
  StatementObservation,
  TableScan,
} from '../report/migration-report.ts';
import { type KnownRelations, tableName } from './known-relations.ts';
import type { ObservedStatement } from './observed-step.ts';

/** What a transaction has come to by now. */
export interface TransactionState {
  readonly held: ReadonlyMap<number, LockMode>;
  readonly work: ReadonlyMap<number, WorkCounts>;
  /** With the files that this transaction has given them. */
  readonly known: KnownRelations;
}

/** What one statement did to tables that existed before, apart from the end of its locks. */
export interface StatementEffects extends Pick<
  StatementObservation,
  'rewrites' | 'scans' | 'indexBuilds' | 'rowsChanged'
> {
  /** Locks that it was the first to take, or to take so strongly. */
  readonly taken: readonly { readonly oid: number; readonly mode: LockMode }[];
}

const noWork: WorkCounts = [0, 0, 0, 0, 0];

/** Weaker ones keep nobody out and are taken by every read. */
const leastMode: LockMode = 'RowExclusiveLock';

/** Compares the state after a statement with the one before it. Pure. */
export function foldStatement(
  { state }: ObservedStatement,
  before: TransactionState,
  existing: ReadonlySet<number>,
): { readonly effects: StatementEffects; readonly after: TransactionState } {
  const relations = state?.relations ?? [];
  const held = new Map(before.held);
  const work = new Map(before.work);
  const known = new Map(before.known);
  const taken: { oid: number; mode: LockMode }[] = [];
  const rewrites: string[] = [];
  const builds = new Set<string>();
  const scans: TableScan[] = [];
  const rowsChanged: RowsChanged[] = [];
  for (const relation of relations) {
    const { oid } = relation;
    const counts = subtract(relation.work, before.work.get(oid) ?? noWork);
    work.set(oid, relation.work);
    const mode = strongest(relation);
    const earlier = before.held.get(oid);
    if (mode) held.set(oid, mode);
    if (existing.has(oid)) {
      const table = tableName(known, oid);
      if (mode && isTold(relation, mode) && isStronger(mode, earlier)) taken.push({ oid, mode });
      if (isWrittenAnew(relation, known)) rewrites.push(table);
      const [scanned, rows, inserted, updated, deleted] = counts;
      if (scanned > 0) scans.push({ table, rows });
      if (inserted + updated + deleted > 0 && relation.kind === 'table')
        rowsChanged.push({ table, inserted, updated, deleted });
    }
    const { indexed } = relation;
    if (indexed !== undefined && existing.has(indexed) && isBuilt(relation, known))
      builds.add(tableName(known, indexed));
    if (relation.name !== undefined)
      known.set(oid, {
        name: known.get(oid)?.name ?? relation.name,
        file: relation.file,
        indexed,
      });
  }
  const effects = { taken, rewrites, scans, indexBuilds: [...builds], rowsChanged };
  return { effects, after: { held, work, known } };
}

function strongest({ modes }: LockedRelation): LockMode | undefined {
  return modes.toSorted((a, b) => lockStrength(b) - lockStrength(a))[0];
}

/** Nobody writes a materialized view, so that only a lock against reads counts. */
function isTold({ kind }: LockedRelation, mode: LockMode): boolean {
  if (kind === 'materialized-view') return mode === 'AccessExclusiveLock';
  return lockStrength(mode) >= lockStrength(leastMode);
}

function isStronger(mode: LockMode, than: LockMode | undefined): boolean {
  return than === undefined || lockStrength(mode) > lockStrength(than);
}

function isWrittenAnew({ oid, kind, file }: LockedRelation, known: KnownRelations): boolean {
  const before = known.get(oid)?.file;
  const hasRows = kind === 'table' || kind === 'materialized-view';
  return hasRows && file !== undefined && before !== undefined && before !== file;
}

/** A new index may take over the file of the one that it replaces: then nothing was built. */
function isBuilt({ oid, file, indexed }: LockedRelation, known: KnownRelations): boolean {
  if (file === undefined || known.get(oid)?.file === file) return false;
  return ![...known.values()].some((other) => other.indexed === indexed && other.file === file);
}

function subtract(counts: WorkCounts, before: WorkCounts): WorkCounts {
  const less = (index: 0 | 1 | 2 | 3 | 4): number => Math.max(0, counts[index] - before[index]);
  return [less(0), less(1), less(2), less(3), less(4)];
}
