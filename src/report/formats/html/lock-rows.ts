import type { LockMode, MigrationReport } from '../../migration-report.ts';
import { formatDuration } from '../quantity.ts';
import { type Markup, markup, nothing } from './markup.ts';
import type { PictureSpan } from './migration-picture.ts';
import { placeMoment, type TimeAxis } from './time-axis.ts';

const shownTables = 16;

/** What a lock keeps others from doing. */
export function lockWeight(mode: LockMode): 'reads' | 'writes' | 'little' {
  if (mode === 'AccessExclusiveLock') return 'reads';
  return ['ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock'].includes(mode)
    ? 'writes'
    : 'little';
}

/** The locks on one table. */
export interface LockRow {
  readonly table: string;
  readonly locks: readonly {
    readonly mode: LockMode;
    readonly requestedAtMs: number;
    readonly waitedMs: number;
    readonly heldMs: number;
  }[];
}

/** The tables whose locks others feel most, the worst first. */
export function listLockRows(
  migrations: readonly MigrationReport[],
  span: PictureSpan,
): readonly LockRow[] {
  const byTable = new Map<string, LockRow['locks'][number][]>();
  for (const { table, ...lock } of migrations.flatMap(({ operations }) =>
    operations.flatMap(({ statements }) => statements.flatMap(({ locks }) => locks)),
  )) {
    const endMs = lock.requestedAtMs + lock.waitedMs + lock.heldMs;
    if (lock.requestedAtMs > span.toMs || endMs < span.fromMs) continue;
    byTable.set(table, [...(byTable.get(table) ?? []), lock]);
  }
  const weight = ({ locks }: LockRow): number =>
    Math.max(
      ...locks.map(
        ({ mode, heldMs }) => heldMs * { reads: 1000, writes: 100, little: 1 }[lockWeight(mode)],
      ),
    );
  return [...byTable]
    .map(([table, locks]): LockRow => ({ table, locks }))
    .toSorted((a, b) => weight(b) - weight(a))
    .slice(0, shownTables);
}

/** The locks on a table, below each other at `top`. */
export function drawLockRow({ table, locks }: LockRow, axis: TimeAxis, top: number): Markup {
  const shown = table.replace(/^public\./, '');
  const label = shown.length > 26 ? `${shown.slice(0, 25)}…` : shown;
  // The weak ones first, so that a strong one is never hidden.
  const ordered = locks.toSorted((a, b) => rank(a.mode) - rank(b.mode));
  return markup`<line class="grid" x1="${axis.left}" x2="${axis.left + axis.width}" y1="${top + 19}" y2="${top + 19}"/><text class="label" x="${axis.left - 8}" y="${top + 14}" text-anchor="end">${label}</text>${ordered.map((lock) => drawLock(lock, axis, top))}
`;
}

function rank(mode: LockMode): number {
  return { little: 0, writes: 1, reads: 2 }[lockWeight(mode)];
}

function drawLock(
  { mode, requestedAtMs, waitedMs, heldMs }: LockRow['locks'][number],
  axis: TimeAxis,
  top: number,
): Markup {
  const grantedAtMs = requestedAtMs + waitedMs;
  const asked = placeMoment(axis, requestedAtMs);
  const granted = placeMoment(axis, grantedAtMs);
  const width = Math.max(2, placeMoment(axis, grantedAtMs + heldMs) - granted);
  const wait =
    waitedMs === 0
      ? nothing
      : markup`<rect class="waited" x="${asked}" y="${top + 7}" width="${(granted - asked).toFixed(1)}" height="6"/>`;
  return markup`<g><title>${mode}: held ${formatDuration(heldMs)}${waitedMs === 0 ? '' : `, waited ${formatDuration(waitedMs)}`}</title>${wait}<rect class="lock ${lockWeight(mode)}" x="${granted}" y="${top + 4}" width="${width.toFixed(1)}" height="12" rx="2"/></g>`;
}
