import * as v from 'valibot';
import type { LockMode } from '../../report/migration-report.ts';

/**
 * What a session holds and did so far in its transaction, as one JSON text. The three questions of
 * the observer in one statement: locks on relations, the files behind them, and what was read and
 * written; only of relations that are locked, because whatever is touched is locked until the end
 * of the transaction. Relations of Postgres itself have oids below 16384.
 *
 * `flushes`: from Postgres 15 on, counts that are not flushed when a transaction ends are found in
 * the next one again. This has them flushed.
 */
export function formatStateQuery(flushes: boolean): string {
  return `SELECT json_build_array(current_setting('lock_timeout'), (
  SELECT coalesce(json_agg(json_build_array(l.relation::int8, l.modes, n.nspname, c.relname, c.relkind,
      pg_relation_filenode(c.oid)::int8, i.indrelid::int8, pg_stat_get_xact_numscans(l.relation),
      pg_stat_get_xact_tuples_returned(l.relation), pg_stat_get_xact_tuples_inserted(l.relation),
      pg_stat_get_xact_tuples_updated(l.relation), pg_stat_get_xact_tuples_deleted(l.relation))), '[]')
    FROM (SELECT relation, string_agg(mode, ' ') AS modes FROM pg_locks
           WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted AND relation >= 16384
           GROUP BY relation) l
    LEFT JOIN pg_class c ON c.oid = l.relation LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_index i ON i.indexrelid = l.relation
   WHERE n.nspname IS DISTINCT FROM 'pg_toast')${flushes ? ', pg_stat_force_next_flush()::text' : ''})::text AS state`;
}

/** Whether a server, `17.2`, has what `flushes` needs. */
export function canFlush(version: string): boolean {
  return Number.parseInt(version, 10) >= 15;
}

/**
 * What the state has to subtract at the first statement of a transaction: counts that the
 * statistics still hold of the session's previous transaction.
 */
export const baselineQuery = `SELECT json_build_array(pg_backend_pid(), (
  SELECT coalesce(json_agg(json_build_array(relid::int8, seq_scan, seq_tup_read, n_tup_ins, n_tup_upd,
      n_tup_del)), '[]') FROM pg_stat_xact_user_tables
   WHERE seq_scan + n_tup_ins + n_tup_upd + n_tup_del > 0))::text AS baseline`;

/** Scans, rows read, inserted, updated and deleted. */
export type WorkCounts = readonly [
  scans: number,
  read: number,
  inserted: number,
  updated: number,
  deleted: number,
];

/** A relation that a session holds a lock on. */
export interface LockedRelation {
  readonly oid: number;
  readonly modes: readonly LockMode[];
  /** Absent when it is not there any more. */
  readonly name?: string;
  readonly kind: 'table' | 'materialized-view' | 'index' | 'other';
  readonly file: number | undefined;
  /** Of an index: the table that it is of. */
  readonly indexed: number | undefined;
  readonly work: WorkCounts;
}

export interface BackendState {
  readonly lockTimeoutMs: number;
  readonly relations: readonly LockedRelation[];
}

export interface BackendBaseline {
  readonly pid: number;
  readonly work: ReadonlyMap<number, WorkCounts>;
}

const relationKinds: Readonly<Record<string, LockedRelation['kind']>> = {
  r: 'table',
  p: 'table',
  m: 'materialized-view',
  i: 'index',
};

const count = v.fallback(v.number(), 0);

const stateSchema = v.looseTuple([
  v.string(),
  v.array(
    v.tuple([
      v.number(),
      v.string(),
      v.nullable(v.string()),
      v.nullable(v.string()),
      v.nullable(v.string()),
      v.nullable(v.number()),
      v.nullable(v.number()),
      count,
      count,
      count,
      count,
      count,
    ]),
  ),
]);

/** Reads what `formatStateQuery` gives. */
export function parseBackendState(text: string): BackendState {
  const [timeout, relations] = v.parse(stateSchema, JSON.parse(text));
  return {
    lockTimeoutMs: parseTimeoutMs(timeout),
    relations: relations.map(([oid, modes, schema, name, kind, file, indexed, ...work]) => ({
      oid,
      modes: modes.split(' ').filter(isLockMode),
      ...(schema !== null && name !== null && { name: `${schema}.${name}` }),
      kind: relationKinds[kind ?? ''] ?? 'other',
      file: file ?? undefined,
      indexed: indexed ?? undefined,
      work,
    })),
  };
}

const baselineSchema = v.tuple([
  v.number(),
  v.array(v.tuple([v.number(), count, count, count, count, count])),
]);

/** Of a transaction that begins with nothing counted. */
export function emptyBaseline(pid: number): BackendBaseline {
  return { pid, work: new Map() };
}

/** Reads what `baselineQuery` gives. */
export function parseBackendBaseline(text: string): BackendBaseline {
  const [pid, tables] = v.parse(baselineSchema, JSON.parse(text));
  return { pid, work: new Map(tables.map(([oid, ...work]) => [oid, work])) };
}

const timeoutUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `0`, `500ms`, `5s`, `2min`: as Postgres shows a time. */
function parseTimeoutMs(text: string): number {
  const [, amount = '0', unit = 'ms'] = /^(\d+)\s*([a-z]*)$/u.exec(text) ?? [];
  return Number(amount) * (timeoutUnits[unit] ?? 1);
}

const lockModes: readonly string[] = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
] satisfies readonly LockMode[];

/** Whether a text of `pg_locks.mode` is a mode of table locks. */
export function isLockMode(mode: string): mode is LockMode {
  return lockModes.includes(mode);
}

/** From the mode that blocks least to the one that blocks all. */
export function lockStrength(mode: LockMode): number {
  return lockModes.indexOf(mode);
}

/**
 * Rows that all sessions together have written, by table. Each session tells of its own when it
 * flushes its counts: before this is asked, ours is to do that.
 */
export const writtenQuery = `SELECT relid::int8::float8 AS "table", n_tup_ins::float8 AS inserted,
    n_tup_upd::float8 AS updated, n_tup_del::float8 AS deleted FROM pg_stat_user_tables`;
