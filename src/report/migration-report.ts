import type { SourceLocation } from '../errors/djdev-error.ts';

/*
 * What was seen while migrations ran. All `…AtMs` are milliseconds since `MigrationsReport.startedAt`,
 * all `…Ms` are durations; tables are `schema.table` as the database names them.
 */

/** Postgres' own names of its table-level locks. */
export type LockMode =
  | 'AccessShareLock'
  | 'RowShareLock'
  | 'RowExclusiveLock'
  | 'ShareUpdateExclusiveLock'
  | 'ShareLock'
  | 'ShareRowExclusiveLock'
  | 'ExclusiveLock'
  | 'AccessExclusiveLock';

/** `unsafe` stops or breaks the release that is serving, `fails` does not get through itself. */
export type MigrationVerdictLevel = 'safe' | 'caution' | 'unsafe' | 'fails';

/** One lock on a table that existed before the transaction that took it. */
export interface LockObservation {
  readonly table: string;
  readonly mode: LockMode;
  /** When it was asked for. */
  readonly requestedAtMs: number;
  /** In the queue, behind others' locks. */
  readonly waitedMs: number;
  /** From the moment it was granted until the end of the transaction. */
  readonly heldMs: number;
  /**
   * `hook`: asked inside the transaction, exact; `sampler`: seen from another session; `implied`:
   * goes with what the statement did, where it was too quick to be seen.
   */
  readonly source: 'hook' | 'sampler' | 'implied';
}

export interface RowsChanged {
  readonly table: string;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

export interface TableScan {
  readonly table: string;
  /** Rows read; a lower bound where parallel workers read. */
  readonly rows: number;
}

export interface StatementObservation {
  /** With the parameters left out. */
  readonly sql: string;
  readonly startedAtMs: number;
  readonly ms: number;
  /** Locks that this statement was the first of its transaction to take. */
  readonly locks: readonly LockObservation[];
  readonly rewrites: readonly string[];
  readonly scans: readonly TableScan[];
  /** Tables on which an index was built or rebuilt. */
  readonly indexBuilds: readonly string[];
  readonly rowsChanged: readonly RowsChanged[];
  /** 0 is Postgres' own default: wait for ever. */
  readonly lockTimeoutMs: number;
  /** Ran at the end of the migration and not where its operation stands. */
  readonly deferred: boolean;
  readonly inTransaction: boolean;
  /** Runs of the same statement in a row, taken together; `ms` is their sum. Absent: one. */
  readonly times?: number;
  readonly error?: string;
}

export interface OperationObservation {
  /** As Django describes it: `Add field total to order`. */
  readonly description: string;
  /** Name of the operation's class, `AddField`; `SQL` for a script. */
  readonly kind: string;
  /** In the migration's file. */
  readonly location?: SourceLocation;
  readonly statements: readonly StatementObservation[];
}

/** Another session that had to wait for the migration. */
export interface BlockedSession {
  /** `application_name` of the session. */
  readonly application: string;
  readonly atMs: number;
  readonly waitedMs: number;
  /** What it waited for: a table, or `rows of public.shop_order`. */
  readonly waitedFor: string;
  readonly query: string;
}

/** Reads and writes of one table, tried over and over while the migration ran. */
export interface CanarySeries {
  readonly table: string;
  readonly kind: 'read' | 'write';
  readonly worstMs: number;
  /** [started at, took], thinned out to a few hundred with the worst ones kept. */
  readonly points: readonly (readonly [atMs: number, ms: number])[];
}

export type SchemaChangeKind =
  | 'table-dropped'
  | 'table-renamed'
  /** Renamed, and its old name is now another table or a view. */
  | 'table-replaced'
  | 'table-created'
  | 'partition-detached'
  | 'column-dropped'
  | 'column-renamed'
  | 'column-added'
  | 'column-required-added'
  | 'column-made-required'
  | 'column-default-dropped'
  | 'column-type-changed'
  | 'constraint-added'
  | 'constraint-dropped'
  | 'index-added'
  | 'index-dropped'
  | 'enum-label-changed'
  | 'schema-renamed';

/** A difference between the catalogs before and after, for tables that existed before. */
export interface SchemaChange {
  readonly kind: SchemaChangeKind;
  readonly table: string;
  /** For people: `column total: integer → bigint`. */
  readonly detail: string;
}

/** How to make it safe. */
export interface Recipe {
  /** Kebab-case and permanent. */
  readonly id: string;
  readonly summary: string;
  /** How many releases it takes, not only migrations. */
  readonly releases: number;
  /** Django code for the project's versions. */
  readonly code: string;
}

/** Why a verdict is what it is; the worst first. */
export interface MigrationReason {
  readonly level: MigrationVerdictLevel;
  /** Kebab-case and permanent: `lock-during-index-build`. */
  readonly rule: string;
  /** `ShareLock on public.shop_order for 874 ms while an index is built: writes wait.` */
  readonly sentence: string;
  readonly location?: SourceLocation;
  readonly recipe?: Recipe;
  /** The table that it is about, where it is one. */
  readonly table?: string;
  /** How long users would wait at production's row count, where that is known. */
  readonly estimatedMs?: number;
}

export interface MigrationReport {
  readonly app: string;
  readonly name: string;
  /** The project's, not a library's. */
  readonly own: boolean;
  /** Relative to the project where it lies in it, else the path in the image. */
  readonly file: string;
  readonly atomic: boolean;
  readonly outcome: 'applied' | 'failed';
  readonly startedAtMs: number;
  readonly ms: number;
  readonly operations: readonly OperationObservation[];
  readonly schemaChanges: readonly SchemaChange[];
  readonly blocked: readonly BlockedSession[];
  /** Longest stall that a canary felt while this migration ran. */
  readonly worstReadMs: number;
  readonly worstWriteMs: number;
  readonly verdict: MigrationVerdictLevel;
  readonly reasons: readonly MigrationReason[];
}

/** One endpoint of the old release under traffic. */
export interface EndpointSeries {
  /** `GET /cart/`. */
  readonly endpoint: string;
  readonly requests: number;
  readonly failed: number;
  /** Before anything was migrated. */
  readonly baselineMs: number;
  readonly worstMs: number;
  /** [started at, took, status; 0 when there was no answer]. */
  readonly points: readonly (readonly [atMs: number, ms: number, status: number])[];
}

/** An error that only the old release's users would have seen. */
export interface OldReleaseError {
  readonly atMs: number;
  readonly endpoint: string;
  readonly status: number;
  /** Last line of the traceback, when the log has one. */
  readonly exception?: string;
  /** `shop.0005_total`, the migration that caused it. */
  readonly migration?: string;
}

export type SweepOperation = 'select' | 'insert' | 'insert-required' | 'update' | 'delete';

export interface SweepFailure {
  /** `shop.Order`. */
  readonly model: string;
  readonly operation: SweepOperation;
  readonly error: string;
}

/** One code on one schema. */
export interface SweepCell {
  readonly code: 'old' | 'new';
  readonly schema: 'old' | 'new';
  readonly models: number;
  /** What could not be tried, with the reason: `shop.Order insert: the table is empty …`. */
  readonly notSwept: readonly string[];
  /** Tables, without their schema, into which no row could be tried to be put. */
  readonly notSweptTables?: readonly string[];
  readonly failures: readonly SweepFailure[];
}

export type DeployOrder =
  | 'any-order'
  | 'migrate-then-deploy'
  | 'deploy-then-migrate'
  | 'no-safe-order'
  | 'broken';

export interface OldReleaseReport {
  /** The git ref or the image that was asked for. */
  readonly reference: string;
  readonly image: string;
  readonly endpoints: readonly EndpointSeries[];
  readonly errors: readonly OldReleaseError[];
  readonly cells: readonly SweepCell[];
  readonly deployOrder?: DeployOrder;
  /** A reader held a transaction open on each table to be altered. */
  readonly longReader?: {
    readonly readerMs: number;
    readonly worstStallMs: number;
    readonly lockTimeoutMs: number;
    readonly outcome: 'waited' | 'gave-up' | 'unaffected';
  };
  readonly rollback?: {
    /** Whether the old image answered all smoke requests on the new schema. */
    readonly oldImage: 'ok' | 'failed';
    readonly reversed: readonly string[];
    readonly irreversible: readonly string[];
    readonly failed: readonly { readonly migration: string; readonly error: string }[];
  };
}

/** The migrations of one run: `Report.migrations`, and what `djdev migrations --json` prints. */
export interface MigrationsReport {
  /** ISO 8601. */
  readonly startedAt: string;
  /** `17.2`. */
  readonly postgres: string;
  /** What the tables held: rows of a restored dump, made-up rows, or nothing. */
  readonly data: 'restored' | 'synthetic' | 'empty';
  readonly migrations: readonly MigrationReport[];
  readonly canaries: readonly CanarySeries[];
  readonly oldRelease?: OldReleaseReport;
}
