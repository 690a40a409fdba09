import type { RolloutPhaseName } from '../../report/rollout-report.ts';
import { isError } from '../previous/fold-traffic.ts';
import type { EndpointTraffic, TrafficPoint } from '../previous/traffic.ts';
import type { PhaseMark } from './phases.ts';

/** A request of the played deployment, and how it went. */
export interface Visit extends TrafficPoint {
  readonly endpoint: string;
  readonly phase: RolloutPhaseName;
  readonly fate: 'served' | 'failed' | 'stalled';
}

/** What nobody waits for without noticing, when the manifest says nothing else. */
const usualStallMs = 1000;
/** Of the slowest answer before the deployment: a slow page is no stall. */
const stallFactor = 4;

/** What makes a request late that is no fault of a release. */
export interface StallLimits {
  /** The team's own limit. */
  readonly maxStallMs: number | undefined;
  /** How late djdev was with a request. */
  readonly worstLagMs: number;
  /** Programs that want each processor, 1 at least. */
  readonly pressure: number;
}

/**
 * From how many milliseconds on a request counts as stalled: the limit, or much longer than before
 * the deployment. Where djdev itself is late, or several programs share a processor, that much
 * later.
 */
export function stallLimitMs(
  endpoints: readonly EndpointTraffic[],
  marks: readonly PhaseMark[],
  { maxStallMs = usualStallMs, worstLagMs, pressure }: StallLimits,
): number {
  const untilMs = marks.find(({ name }) => name !== 'before')?.atMs ?? Infinity;
  const before = endpoints.flatMap(({ points }) =>
    // The first one of each may pay for what is made once.
    points.filter(({ atMs }) => atMs < untilMs).slice(1),
  );
  const baselineMs = Math.max(0, ...before.map(({ ms }) => ms));
  return Math.round(Math.max(maxStallMs * pressure, stallFactor * baselineMs) + worstLagMs);
}

/** All requests in the order of time; of endpoints in `left`, which nothing can be said of, none. */
export function listVisits(
  endpoints: readonly EndpointTraffic[],
  marks: readonly PhaseMark[],
  { left, stallMs }: { readonly left: readonly string[]; readonly stallMs: number },
): readonly Visit[] {
  return endpoints
    .filter(({ endpoint }) => !left.includes(endpoint))
    .flatMap(({ endpoint, points }) =>
      points.map((point): Visit => ({
        ...point,
        endpoint,
        phase: phaseOf(point, marks),
        fate: isError(point) ? 'failed' : point.ms > stallMs ? 'stalled' : 'served',
      })),
    )
    .toSorted((a, b) => a.atMs - b.atMs);
}

const beforeSwitch: readonly RolloutPhaseName[] = ['before', 'release', 'boot'];

/** When it was sent; what began on the way to the old release and ended at the new one, switched. */
function phaseOf({ atMs, release }: TrafficPoint, marks: readonly PhaseMark[]): RolloutPhaseName {
  const phase = marks.findLast((mark) => mark.atMs <= atMs)?.name ?? 'before';
  return release === 'new' && beforeSwitch.includes(phase) ? 'switch' : phase;
}

/** The time in milliseconds in which some endpoint failed, or made people wait. */
export function measureDowntime(visits: readonly Visit[], rps: number): number {
  const spans = [...Map.groupBy(visits, ({ endpoint }) => endpoint).values()]
    .flatMap((own) => listBadSpans(own, 1000 / rps))
    .toSorted((a, b) => a.fromMs - b.fromMs);
  let total = 0;
  let untilMs = -Infinity;
  for (const { fromMs, toMs } of spans) {
    total += Math.max(0, toMs - Math.max(fromMs, untilMs));
    untilMs = Math.max(untilMs, toMs);
  }
  return Math.round(total);
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Bad requests to one endpoint one after the other are one span. */
function listBadSpans(visits: readonly Visit[], leastMs: number): readonly Span[] {
  const spans: Span[] = [];
  let isBad = false;
  for (const { atMs, ms, fate } of visits) {
    if (fate !== 'served') {
      const toMs = atMs + Math.max(ms, leastMs);
      const last = isBad ? spans.pop() : undefined;
      spans.push({ fromMs: last?.fromMs ?? atMs, toMs: Math.max(toMs, last?.toMs ?? 0) });
    }
    isBad = fate !== 'served';
  }
  return spans;
}
