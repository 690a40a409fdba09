import type { BackendBaseline, BackendState } from '../database/observe/backend-state.ts';
import type { Catalog } from '../database/observe/catalog.ts';

/** What the migrating session did, step by step; times are epoch milliseconds. */
export type ObservedStep = TransactionBegan | ObservedStatement | TransactionEnded;

interface TransactionBegan {
  readonly type: 'transaction-began';
  readonly atMs: number;
  readonly baseline: BackendBaseline;
}

export interface WrittenRows {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

export interface ObservedStatement {
  readonly type: 'statement';
  readonly atMs: number;
  readonly ms: number;
  readonly sql: string;
  /** Runs of the same statement in a row, taken together. */
  readonly times: number;
  /** Index into the operations of the migration. */
  readonly operation: number | undefined;
  readonly deferred: boolean;
  readonly inTransaction: boolean;
  /** Afterwards, inside the transaction; absent when it failed or could not matter. */
  readonly state?: BackendState;
  /** Afterwards, of a statement that allows no transaction around it. */
  readonly catalog?: Catalog;
  /** Rows written, of a statement that allows no transaction around it. */
  readonly written?: ReadonlyMap<number, WrittenRows>;
  /** Of the session, where no transaction told it. */
  readonly pid?: number;
  readonly error?: string;
  /** SQLSTATE of the error. */
  readonly sqlState?: string;
}

interface TransactionEnded {
  readonly type: 'transaction-ended';
  readonly atMs: number;
  readonly how: 'commit' | 'rollback';
}

interface ObservedOperation {
  readonly description: string;
  readonly kind: string;
  readonly line: number | undefined;
}

/** One migration as it was observed from inside. */
export interface ObservedMigration {
  readonly app: string;
  readonly name: string;
  readonly own: boolean;
  readonly file: string;
  readonly atomic: boolean;
  readonly outcome: 'applied' | 'failed';
  readonly startedMs: number;
  readonly ms: number;
  readonly operations: readonly ObservedOperation[];
  readonly steps: readonly ObservedStep[];
  /** Afterwards, when it was applied and there was a schema before it. */
  readonly catalog?: Catalog;
  /** The tables that it is about, where it is not about all. */
  readonly catalogOf?: readonly number[];
  /** Not known from inside: whoever held a blocking lock at the time is taken for it. */
  readonly anySession?: true;
  /** When it failed outside of any statement. */
  readonly error?: string;
}
