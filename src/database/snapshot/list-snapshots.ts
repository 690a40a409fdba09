import type { PostgresQuery, PostgresRow } from '../postgres-session.ts';
import { type Snapshot, type SnapshotFacts, snapshotPrefix } from './snapshot.ts';

/** The snapshots of one database, newest first. */
export async function listSnapshots(
  query: PostgresQuery,
  database: string,
): Promise<readonly Snapshot[]> {
  const rows = await query(
    `SELECT datname AS name, shobj_description(oid, 'pg_database') AS comment,
            pg_database_size(oid)::float8 AS bytes
       FROM pg_database WHERE starts_with(datname, $1)`,
    [snapshotPrefix],
  );
  return rows
    .flatMap((row) => readSnapshot(row) ?? [])
    .filter((snapshot) => snapshot.database === database)
    .toSorted((a, b) => b.createdAtMs - a.createdAtMs);
}

/** What is there without a comment was cut off while it was made. */
function readSnapshot({ name, comment, bytes }: PostgresRow): Snapshot | undefined {
  if (typeof comment !== 'string') return undefined;
  const facts = JSON.parse(comment) as SnapshotFacts;
  return { ...facts, storedAs: String(name), bytes: Number(bytes) };
}
