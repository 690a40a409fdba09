import type {
  MigrationReport,
  MigrationsReport,
  StatementObservation,
} from '../../migration-report.ts';
import { formatDuration } from '../quantity.ts';
import { type Latency, listLatencies } from './latencies.ts';
import { drawLockRow, listLockRows, type LockRow, lockWeight } from './lock-rows.ts';
import { type Markup, markup, nothing } from './markup.ts';
import { placeMoment, renderTicks, type TimeAxis } from './time-axis.ts';

const picture = { width: 960, left: 190, right: 16, row: 20, latencyHeight: 130 } as const;

/** Between which moments, and what the picture is called. */
export interface PictureSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly title: string;
}

/**
 * Migrations, the latencies felt meanwhile and the locks on each table, one above the other on a
 * common axis of time.
 */
export function drawMigrations(seen: MigrationsReport, span: PictureSpan): Markup {
  const { width, left, right, row, latencyHeight } = picture;
  const axis: TimeAxis = { ...span, left, width: width - left - right };
  const inSpan = seen.migrations.filter(
    ({ startedAtMs, ms }) => startedAtMs < span.toMs && startedAtMs + ms > span.fromMs,
  );
  const latencies = listLatencies(seen, span);
  const rows = listLockRows(inSpan, span);
  const latencyTop = row + 26;
  const locksTop = latencyTop + (latencies.length === 0 ? 0 : latencyHeight + 26);
  const bottom = locksTop + rows.length * row + 4;
  return markup`<figure class="picture"><div class="scroll" tabindex="0" role="group" aria-label="${span.title}"><svg viewBox="0 0 ${width} ${bottom + 20}" width="${width}" role="img" aria-label="${describe(span, latencies, rows)}">
${renderTicks(axis, row + 14, bottom)}
<text class="label" x="${left - 8}" y="15" text-anchor="end">migrations</text>
${inSpan.map((one) => drawMigration(one, axis))}
${drawLatencies(latencies, axis, { top: latencyTop, height: latencyHeight })}
${rows.map((locks, index) => drawLockRow(locks, axis, locksTop + index * row))}
</svg></div>
${renderLegend(latencies, rows)}</figure>`;
}

/** A migration, and below it its statements. */
function drawMigration(migration: MigrationReport, axis: TimeAxis): Markup {
  const { app, name, startedAtMs, ms, verdict, operations } = migration;
  const x = placeMoment(axis, startedAtMs);
  const width = Math.max(2, placeMoment(axis, startedAtMs + ms) - x);
  const label = `${app}.${name}`;
  const statements = operations
    .flatMap((operation) => operation.statements)
    .filter((one) => one.startedAtMs <= axis.toMs && one.startedAtMs + one.ms >= axis.fromMs);
  // About seven units a character; what does not fit is in the tooltip.
  const text =
    width > label.length * 6.4 + 8
      ? markup`<text class="inside" x="${x + 5}" y="15">${label}</text>`
      : nothing;
  return markup`<g><title>${label}: ${verdict}, ${formatDuration(ms)}</title><rect class="migration ${verdict}" x="${x}" y="2" width="${width.toFixed(1)}" height="18" rx="3"/>${text}</g>
${statements.map((one) => drawStatement(one, axis))}`;
}

function drawStatement({ sql, startedAtMs, ms }: StatementObservation, axis: TimeAxis): Markup {
  const x = placeMoment(axis, startedAtMs);
  // One unit less than it takes, so that each of many in a row is seen.
  const width = Math.max(1.5, placeMoment(axis, startedAtMs + ms) - x - 1).toFixed(1);
  const short = sql.length > 300 ? `${sql.slice(0, 300)} …` : sql;
  return markup`<g><title>${formatDuration(ms)}: ${short}</title><rect class="statement" x="${x}" y="23" width="${width}" height="6"/></g>
`;
}

interface Box {
  readonly top: number;
  readonly height: number;
}

function drawLatencies(
  latencies: readonly Latency[],
  axis: TimeAxis,
  { top, height }: Box,
): Markup {
  if (latencies.length === 0) return nothing;
  const worstMs = Math.max(10, ...latencies.flatMap(({ points }) => points.map(([, ms]) => ms)));
  const decades = Math.max(1, Math.ceil(Math.log10(worstMs)));
  // A stall of seconds beside answers of milliseconds: only logarithms show both.
  const y = (ms: number): number =>
    Math.round((top + height - (Math.log10(Math.max(1, ms)) / decades) * height) * 10) / 10;
  const grid = Array.from({ length: decades + 1 }, (_, power) => {
    const at = y(10 ** power);
    return markup`<line class="grid" x1="${axis.left}" x2="${axis.left + axis.width}" y1="${at}" y2="${at}"/><text class="axis" x="${axis.left - 8}" y="${at + 4}" text-anchor="end">${formatDuration(10 ** power)}</text>`;
  });
  const series = latencies.map(({ name, points }, index) => {
    // Where few came, each is a dot: one alone would be no line.
    const dots = points.length > 60 ? [] : points;
    const path = points.map(
      ([atMs, ms], at) => `${at === 0 ? 'M' : 'L'}${placeMoment(axis, atMs)} ${y(ms)}`,
    );
    const failures = points.filter(([, , failed]) => failed);
    return markup`<g><title>${name}</title><path class="series s${index + 1}" d="${path.join('')}"/>${dots.map(([atMs, ms]) => markup`<circle class="point s${index + 1}" cx="${placeMoment(axis, atMs)}" cy="${y(ms)}" r="2.2"/>`)}${failures.map(([atMs, ms]) => drawFailure(placeMoment(axis, atMs), y(ms)))}</g>
`;
  });
  return markup`${grid}${series}`;
}

function drawFailure(x: number, y: number): Markup {
  return markup`<path class="failure" d="M${x - 3} ${y - 3}l6 6m0-6l-6 6"/>`;
}

const lockNames = [
  ['reads', 'lock that stops reads and writes'],
  ['writes', 'lock that stops writes'],
  ['little', 'lock that stops other changes of the schema'],
] as const;

/** What the colours stand for, of those that are there. */
function renderLegend(latencies: readonly Latency[], rows: readonly LockRow[]): Markup {
  const seen = new Set(rows.flatMap(({ locks }) => locks.map(({ mode }) => lockWeight(mode))));
  const locks = lockNames.filter(([weight]) => seen.has(weight));
  if (locks.length + latencies.length === 0) return nothing;
  return markup`<figcaption><ul class="legend">
${locks.map(
  ([weight, name]) => markup`<li><span class="swatch lock ${weight}"></span>${name}</li>
`,
)}${latencies.map(
    ({ name, worstMs }, index) =>
      markup`<li><span class="swatch s${index + 1}"></span>${name}, at worst ${formatDuration(worstMs)}</li>
`,
  )}</ul></figcaption>`;
}

function describe(
  span: PictureSpan,
  latencies: readonly Latency[],
  rows: readonly LockRow[],
): string {
  const worst = latencies.toSorted((a, b) => b.worstMs - a.worstMs)[0];
  const felt =
    worst === undefined
      ? ''
      : ` The longest answer: ${worst.name}, ${formatDuration(worst.worstMs)}.`;
  const tables = rows
    .map(({ table }) => table)
    .slice(0, 4)
    .join(', ');
  return `${span.title}, ${formatDuration(span.toMs - span.fromMs)}.${felt}${tables === '' ? '' : ` Locked: ${tables}.`}`;
}
