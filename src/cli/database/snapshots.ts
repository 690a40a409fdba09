import { withServerSession } from '../../database/snapshot/exchange-database.ts';
import { listSnapshots } from '../../database/snapshot/list-snapshots.ts';
import type { Snapshot } from '../../database/snapshot/snapshot.ts';
import {
  removeSnapshot,
  restoreSnapshot,
  saveSnapshot,
} from '../../database/snapshot/take-snapshot.ts';
import { formatBytes, formatCount, formatDuration } from '../../report/formats/quantity.ts';
import type { Invocation } from '../command.ts';
import { onlyArgument } from './choose-action.ts';
import { openDatabaseCommand } from './open-database-command.ts';

/** `djdev snapshot save NAME`. */
export async function runSave(invocation: Invocation): Promise<number> {
  const name = onlyArgument(invocation, 'djdev snapshot save NAME');
  await using opened = await openDatabaseCommand(invocation);
  const { server, branch } = opened;
  const startedMs = server.clock.monotonicMs();
  const snapshot = await saveSnapshot(server, { name, reason: 'manual', branch });
  const took = formatDuration(server.clock.monotonicMs() - startedMs);
  print(invocation, snapshot, `Saved ${name}: ${formatBytes(snapshot.bytes)} in ${took}.`);
  return 0;
}

/** `djdev snapshot restore NAME`. */
export async function runRestore(invocation: Invocation): Promise<number> {
  const name = onlyArgument(invocation, 'djdev snapshot restore NAME');
  await using opened = await openDatabaseCommand(invocation);
  const { server, branch } = opened;
  const startedMs = server.clock.monotonicMs();
  const result = await restoreSnapshot(server, name, { branch });
  const took = formatDuration(server.clock.monotonicMs() - startedMs);
  print(
    invocation,
    result,
    `Restored ${name} in ${took}. What was there is the snapshot ${result.kept.name}.`,
  );
  return 0;
}

/** `djdev snapshot rm NAME`. */
export async function runRemove(invocation: Invocation): Promise<number> {
  const name = onlyArgument(invocation, 'djdev snapshot rm NAME');
  await using opened = await openDatabaseCommand(invocation);
  const removed = await removeSnapshot(opened.server, name);
  print(invocation, removed, `Removed ${name}: ${formatBytes(removed.bytes)}.`);
  return 0;
}

/** `djdev snapshot list`. */
export async function runList(invocation: Invocation): Promise<number> {
  await using opened = await openDatabaseCommand(invocation);
  const { server } = opened;
  const snapshots = await withServerSession(server, (query) =>
    listSnapshots(query, server.address.database),
  );
  print(invocation, { version: 1, snapshots }, formatSnapshots(snapshots, server.clock.now()));
  return 0;
}

function print({ options, io }: Invocation, result: unknown, text: string): void {
  io.stdout.write(options.json === true ? `${JSON.stringify(result)}\n` : `${text}\n`);
}

/** A table for people. Pure. */
export function formatSnapshots(snapshots: readonly Snapshot[], nowMs: number): string {
  if (snapshots.length === 0) return 'There are no snapshots. djdev snapshot save NAME makes one.';
  const rows = snapshots.map((snapshot) => [
    snapshot.name,
    formatAge(nowMs - snapshot.createdAtMs),
    formatBytes(snapshot.bytes),
    snapshot.branch ?? '–',
    describeMigrations(snapshot),
  ]);
  const table = [['NAME', 'AGE', 'SIZE', 'BRANCH', 'MIGRATIONS'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function describeMigrations({ migrations }: Snapshot): string {
  const [app, name] = Object.entries(migrations.last).at(-1) ?? [];
  const count = formatCount(migrations.count, 'migration');
  return app === undefined ? 'none' : `${count}, last ${app}.${name}`;
}

/** `4 min`, `3 h`, `12 days`. */
function formatAge(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : formatCount(Math.floor(hours / 24), 'day');
}
