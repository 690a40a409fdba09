import type { CanarySeries } from '../../report/migration-report.ts';

export interface CanaryTry {
  readonly table: string;
  readonly kind: CanarySeries['kind'];
  /** Epoch. */
  readonly startedMs: number;
  readonly ms: number;
}

const keptPoints = 300;
const keptTables = 20;
/** A canary that waits no longer has felt nothing. */
const quietMs = 20;

/**
 * The tries as series, times from `startMs` (epoch) on: of the tables named, and of those that
 * felt something; the worst of each stretch of time is kept.
 */
export function foldCanaries(
  tries: readonly CanaryTry[],
  startMs: number,
  touched: ReadonlySet<string>,
): readonly CanarySeries[] {
  const series = Map.groupBy(tries, ({ table, kind }) => `${kind} ${table}`);
  return [...series.values()]
    .flatMap((points) => {
      const [first] = points;
      if (!first) return [];
      const worstMs = points.reduce((worst, { ms }) => Math.max(worst, ms), 0);
      if (!touched.has(first.table) && worstMs < quietMs) return [];
      return [{ table: first.table, kind: first.kind, worstMs, points: thin(points, startMs) }];
    })
    .toSorted((a, b) => b.worstMs - a.worstMs)
    .slice(0, keptTables * 2)
    .map((one) => ({ ...one, worstMs: round(one.worstMs) }));
}

function thin(points: readonly CanaryTry[], startMs: number): CanarySeries['points'] {
  const from = points[0]?.startedMs ?? startMs;
  const span = Math.max(1, (points.at(-1)?.startedMs ?? from) - from + 1);
  const worst = new Map<number, CanaryTry>();
  for (const point of points) {
    const bucket = Math.floor(((point.startedMs - from) / span) * keptPoints);
    const other = worst.get(bucket);
    if (!other || other.ms < point.ms) worst.set(bucket, point);
  }
  return [...worst.values()]
    .toSorted((a, b) => a.startedMs - b.startedMs)
    .map(({ startedMs, ms }) => [round(startedMs - startMs), round(ms)] as const);
}

/** The longest try of a kind that was under way between two moments (epoch). */
export function worstBetween(
  tries: readonly CanaryTry[],
  kind: CanaryTry['kind'],
  fromMs: number,
  untilMs: number,
): number {
  const during = tries.filter(
    (one) => one.kind === kind && one.startedMs <= untilMs && one.startedMs + one.ms >= fromMs,
  );
  return round(during.reduce((worst, { ms }) => Math.max(worst, ms), 0));
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
