/** Why a snapshot was made: by a person, or before something that changes the database. */
export type SnapshotReason =
  | 'manual'
  | 'before migrate'
  | 'before restore'
  | 'before import'
  | 'before reset';

/** What is remembered with a snapshot, as the comment of its database. */
export interface SnapshotFacts {
  readonly name: string;
  readonly reason: SnapshotReason;
  /** The database that it is a copy of. */
  readonly database: string;
  /** Epoch milliseconds. */
  readonly createdAtMs: number;
  /** Git branch of the checkout. */
  readonly branch?: string;
  readonly migrations: MigrationState;
}

/** How far a database is migrated. */
export interface MigrationState {
  readonly count: number;
  /** App label → name of its last migration. */
  readonly last: Readonly<Record<string, string>>;
}

/** A snapshot as it is in the server now. */
export interface Snapshot extends SnapshotFacts {
  /** Name of its database. */
  readonly storedAs: string;
  readonly bytes: number;
}

/** Databases of this name are snapshots. */
export const snapshotPrefix = 'djdev_snap_';

/** What people may call a snapshot; with the prefix it fits into a name of Postgres. */
export const snapshotNamePattern = /^[\w][\w.-]{0,40}$/u;

/** Automatic snapshots that are kept; older ones go when another is made. */
export const keptAutomatic = 5;
