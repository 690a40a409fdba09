import { randomBytes } from 'node:crypto';
import { DjdevError } from '../../errors/djdev-error.ts';
import { cloneDatabase, quoteName } from '../data/golden-template.ts';
import { type PostgresQuery, withPostgresSession } from '../postgres-session.ts';
import { quoteText } from '../synthetic/quote-text.ts';
import {
  type DatabaseServer,
  exchangeDatabase,
  whileAlone,
  withServerSession,
} from './exchange-database.ts';
import { listSnapshots } from './list-snapshots.ts';
import { readMigrationState } from './migration-state.ts';
import {
  keptAutomatic,
  type Snapshot,
  type SnapshotFacts,
  snapshotNamePattern,
  snapshotPrefix,
  type SnapshotReason,
} from './snapshot.ts';

/** What a snapshot is to be called, and what is known about the moment. */
export interface SnapshotRequest {
  /** Absent: made of the reason and the time. */
  readonly name?: string;
  readonly reason: SnapshotReason;
  readonly branch?: string | undefined;
}

/**
 * Copies the application's database. Throws `DJ-SNAPSHOT` when the name cannot be used or is taken.
 */
export async function saveSnapshot(
  server: DatabaseServer,
  request: SnapshotRequest,
): Promise<Snapshot> {
  const facts = await describeNow(server, request);
  const { database } = server.address;
  const storedAs = `${snapshotPrefix}${randomBytes(6).toString('hex')}`;
  return await withServerSession(server, async (query) => {
    await refuseTaken(server, facts.name);
    await whileAlone(server, [database], () => cloneDatabase(query, database, storedAs));
    await query(
      `COMMENT ON DATABASE ${quoteName(storedAs)} IS ${quoteText(JSON.stringify(facts))}`,
    );
    await query(
      `ALTER DATABASE ${quoteName(storedAs)} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true`,
    );
    await pruneAutomatic(server);
    return await findSnapshot(server, facts.name);
  });
}

/**
 * Puts a copy of a snapshot in the place of the application's database, and answers the snapshot of
 * what was there. Throws `DJ-SNAPSHOT` when there is none of that name.
 */
export async function restoreSnapshot(
  server: DatabaseServer,
  name: string,
  request: Pick<SnapshotRequest, 'branch'> = {},
): Promise<{ readonly restored: Snapshot; readonly kept: Snapshot }> {
  const restored = await findSnapshot(server, name);
  const replacement = `djdev_next_${randomBytes(6).toString('hex')}`;
  await withServerSession(server, (query) => cloneDatabase(query, restored.storedAs, replacement));
  const kept = await replaceDatabase(server, replacement, { ...request, reason: 'before restore' });
  return { restored, kept };
}

/** Puts another database in the place of the application's, which stays as a snapshot. */
export async function replaceDatabase(
  server: DatabaseServer,
  replacement: string,
  request: SnapshotRequest,
): Promise<Snapshot> {
  const facts = await describeNow(server, request);
  const name = `${snapshotPrefix}${randomBytes(6).toString('hex')}`;
  try {
    await exchangeDatabase(server, replacement, {
      name,
      comment: quoteText(JSON.stringify(facts)),
    });
  } catch (error) {
    const late = { ...server, signal: AbortSignal.timeout(15_000) };
    await withServerSession(late, (query) =>
      query(`DROP DATABASE IF EXISTS ${quoteName(replacement)} WITH (FORCE)`),
    ).catch(() => undefined);
    throw error;
  }
  await pruneAutomatic(server);
  return await findSnapshot(server, facts.name);
}

/** Removes a snapshot. Throws `DJ-SNAPSHOT` when there is none of that name. */
export async function removeSnapshot(server: DatabaseServer, name: string): Promise<Snapshot> {
  const snapshot = await findSnapshot(server, name);
  await drop(server, snapshot);
  return snapshot;
}

async function findSnapshot(server: DatabaseServer, name: string): Promise<Snapshot> {
  const snapshots = await withServerSession(server, (query) =>
    listSnapshots(query, server.address.database),
  );
  const found = snapshots.find((snapshot) => snapshot.name === name);
  if (found) return found;
  const names = snapshots.map((snapshot) => snapshot.name).join(', ');
  throw new DjdevError('DJ-SNAPSHOT', {
    message: `There is no snapshot “${name}” of this checkout.`,
    hint: names === '' ? 'djdev snapshot save NAME makes one.' : `There are: ${names}.`,
  });
}

async function refuseTaken(server: DatabaseServer, name: string): Promise<void> {
  const isTaken = await findSnapshot(server, name).then(
    () => true,
    (error: unknown) => {
      if (error instanceof DjdevError && error.code === 'DJ-SNAPSHOT') return false;
      throw error;
    },
  );
  if (!isTaken) return;
  throw new DjdevError('DJ-SNAPSHOT', {
    message: `There is a snapshot “${name}” already.`,
    hint: `Use another name, or remove it: djdev snapshot rm ${name}`,
  });
}

async function describeNow(
  server: DatabaseServer,
  { name, reason, branch }: SnapshotRequest,
): Promise<SnapshotFacts> {
  if (name !== undefined && !snapshotNamePattern.test(name)) {
    throw new DjdevError('DJ-SNAPSHOT', {
      message: `“${name}” cannot name a snapshot.`,
      hint: 'Use up to 41 letters, digits, dots, dashes and underscores.',
    });
  }
  const { address, signal, clock } = server;
  const migrations = await withPostgresSession(address, signal, readMigrationState);
  const nowMs = clock.now();
  return {
    name: name ?? `${reason.replaceAll(' ', '-')}-${formatMoment(nowMs)}`,
    reason,
    database: address.database,
    createdAtMs: nowMs,
    ...(branch !== undefined && { branch }),
    migrations,
  };
}

/** `20260131-120000-250`: sorts by time, and two in one second differ. */
function formatMoment(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:Z]/gu, '').replace('T', '-').replace('.', '-');
}

async function pruneAutomatic(server: DatabaseServer): Promise<void> {
  await withServerSession(server, dropAbandoned);
  const snapshots = await withServerSession(server, (query) =>
    listSnapshots(query, server.address.database),
  );
  const automatic = snapshots.filter(({ reason }) => reason !== 'manual');
  for (const snapshot of automatic.slice(keptAutomatic)) await drop(server, snapshot);
}

/** What killed runs have left half made; an hour on, nobody is at it any more. */
async function dropAbandoned(query: PostgresQuery): Promise<void> {
  const rows = await query(
    `SELECT datname FROM pg_database
      WHERE (starts_with(datname, 'djdev_next_')
             OR starts_with(datname, $1) AND shobj_description(oid, 'pg_database') IS NULL)
        AND (pg_stat_file('base/' || oid || '/PG_VERSION', true)).modification < now() - interval '1 hour'`,
    [snapshotPrefix],
  );
  for (const { datname } of rows) {
    await query(`DROP DATABASE IF EXISTS ${quoteName(String(datname))} WITH (FORCE)`);
  }
}

async function drop(server: DatabaseServer, { storedAs }: Snapshot): Promise<void> {
  await withServerSession(server, async (query) => {
    await query(`ALTER DATABASE ${quoteName(storedAs)} IS_TEMPLATE false`);
    await query(`DROP DATABASE ${quoteName(storedAs)} WITH (FORCE)`);
  });
}
