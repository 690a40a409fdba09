import type { MigrationsReport } from '../../migration-report.ts';

/** How long answers took over time, of one kind of question. */
export interface Latency {
  /** `GET /cart/`, or `write shop_order`. */
  readonly name: string;
  readonly worstMs: number;
  readonly points: readonly (readonly [atMs: number, ms: number, failed: boolean])[];
}

/** More lines than this nobody can tell apart. */
const shownSeries = 4;

/** What was felt in a span of time: pages of the old release before tries at tables, worst first. */
export function listLatencies(
  { canaries, oldRelease }: MigrationsReport,
  span: { readonly fromMs: number; readonly toMs: number },
): readonly Latency[] {
  const pages = (oldRelease?.endpoints ?? []).map(({ endpoint, points }) =>
    describe(
      endpoint,
      points.map(([atMs, ms, status]) => [atMs, ms, status === 0 || status >= 500] as const),
      span,
    ),
  );
  const tries = canaries.map(({ kind, table, points }) =>
    describe(
      `${kind} ${table.replace(/^public\./, '')}`,
      points.map(([atMs, ms]) => [atMs, ms, false] as const),
      span,
    ),
  );
  const ordered = [...pages.toSorted(byWorst), ...tries.toSorted(byWorst)];
  return ordered.filter(({ points }) => points.length > 0).slice(0, shownSeries);
}

function describe(
  name: string,
  points: Latency['points'],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Latency {
  const inSpan = points
    .filter(([atMs, ms]) => atMs + ms >= fromMs && atMs <= toMs)
    .toSorted(([a], [b]) => a - b);
  return { name, points: inSpan, worstMs: Math.max(0, ...inSpan.map(([, ms]) => ms)) };
}

function byWorst(a: Latency, b: Latency): number {
  return b.worstMs - a.worstMs;
}
