import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { findDump } from '../../database/data/dump-source.ts';
import { measureDatabase } from '../../database/data/describe-data.ts';
import { quoteName } from '../../database/data/golden-template.ts';
import { restoreDump } from '../../database/data/restore-dump.ts';
import { withPostgresSession } from '../../database/postgres-session.ts';
import { withServerSession } from '../../database/snapshot/exchange-database.ts';
import { replaceDatabase } from '../../database/snapshot/take-snapshot.ts';
import { formatBytes, formatDuration } from '../../report/formats/quantity.ts';
import type { Invocation } from '../command.ts';
import { onlyArgument } from './choose-action.ts';
import { openDatabaseCommand } from './open-database-command.ts';
import { showProgress } from './show-progress.ts';

/**
 * `djdev db import FILE`: a dump in the place of the development database. It is restored beside
 * it, and takes its place once it is whole; what was there stays as a snapshot.
 */
export async function runImport(invocation: Invocation): Promise<number> {
  const file = onlyArgument(invocation, 'djdev db import FILE');
  const { io, options } = invocation;
  const source = await findDump(path.resolve(io.cwd, file), file);
  await using opened = await openDatabaseCommand(invocation);
  const { server, container, branch } = opened;
  const { signal, clock, address } = server;
  const startedMs = clock.monotonicMs();
  const database = `djdev_next_${randomBytes(6).toString('hex')}`;
  using progress = showProgress(invocation);
  await withServerSession(server, (query) =>
    query(`CREATE DATABASE ${quoteName(database)} TEMPLATE template0`),
  );
  try {
    const request = { name: file, source, excludeTableData: [], onProgress: progress.say };
    await restoreDump(container, database, request);
    progress.say('taking statistics');
    await withPostgresSession({ ...address, database }, signal, (query) => query('ANALYZE'));
  } catch (error) {
    const late = { ...server, signal: AbortSignal.timeout(15_000) };
    await withServerSession(late, (query) =>
      query(`DROP DATABASE IF EXISTS ${quoteName(database)} WITH (FORCE)`),
    ).catch(() => undefined);
    throw error;
  }
  const kept = await replaceDatabase(server, database, { reason: 'before import', branch });
  const sizes = await withPostgresSession(address, signal, measureDatabase);
  const ms = Math.round(clock.monotonicMs() - startedMs);
  const result = { version: 1, file, ...sizes, ms, kept: kept.name };
  io.stdout.write(
    options.json === true
      ? `${JSON.stringify(result)}\n`
      : `Imported ${file} in ${formatDuration(ms)}: ${formatBytes(sizes.bytes)}, ${sizes.tables} tables. What was there is the snapshot ${kept.name}.\n`,
  );
  return 0;
}
