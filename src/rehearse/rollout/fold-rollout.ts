import type { RolloutPhase, RolloutReport } from '../../report/rollout-report.ts';
import type { EndpointTraffic } from '../previous/traffic.ts';
import { describeCost } from './describe-cost.ts';
import { explainVisits, type RolloutSurroundings } from './explain-visits.ts';
import type { PhaseMark } from './phases.ts';
import {
  listVisits,
  measureDowntime,
  type StallLimits,
  stallLimitMs,
  type Visit,
} from './visits.ts';

/** All that was seen while a deployment was played. */
export interface RolloutRecord extends RolloutSurroundings, StallLimits {
  readonly endpoints: readonly EndpointTraffic[];
  readonly marks: readonly PhaseMark[];
  /** Epoch milliseconds. */
  readonly endedAtMs: number;
  /** Endpoints that failed before anything was migrated. */
  readonly unsteady: readonly string[];
  readonly rps: number;
  /** Why the new release did not take over: the rest of “would not have gone through: …”. */
  readonly refusal: string | undefined;
  /** The new release was to take over. */
  readonly isPlayed: boolean;
}

const keptPoints = 1500;

/** What a played deployment cost. Pure. */
export function foldRollout(record: RolloutRecord): RolloutReport {
  const { endpoints, marks, endedAtMs, unsteady, rps, refusal, isPlayed } = record;
  const stallMs = stallLimitMs(endpoints, marks, record);
  const visits = listVisits(endpoints, marks, { left: unsteady, stallMs });
  const startedAtMs = marks[0]?.atMs ?? endedAtMs;
  const measured = {
    rps,
    requests: visits.length,
    failed: visits.filter(({ fate }) => fate === 'failed').length,
    stalled: visits.filter(({ fate }) => fate === 'stalled').length,
    downtimeMs: measureDowntime(visits, rps),
    worstMs: worstOf(visits),
  };
  const causes = explainVisits(visits, record);
  const unmeasured =
    visits.length === 0
      ? 'no endpoint of the old release works'
      : isPlayed
        ? undefined
        : 'the new release was not started';
  const outcome =
    unmeasured !== undefined ? 'not-measured' : refusal === undefined ? 'completed' : 'refused';
  const reason = unmeasured ?? refusal;
  const told = {
    ...measured,
    outcome,
    causes,
    ...(reason === undefined ? {} : { reason }),
  } as const;
  return {
    startedAt: new Date(startedAtMs).toISOString(),
    ...told,
    summary: describeCost({ ...told, pressure: record.pressure }),
    stallMs,
    phases: marks.map((mark, index) =>
      describePhase(mark, marks[index + 1]?.atMs ?? endedAtMs, { visits, startedAtMs }),
    ),
    points: thinOut(visits).map(({ atMs, ms, status, release }) => [
      Math.round(atMs - startedAtMs),
      Math.round(ms),
      status,
      release,
    ]),
  };
}

function describePhase(
  { name, atMs }: PhaseMark,
  untilMs: number,
  { visits, startedAtMs }: { readonly visits: readonly Visit[]; readonly startedAtMs: number },
): RolloutPhase {
  const own = visits.filter(({ phase }) => phase === name);
  const times = own.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const share = (part: number): number =>
    Math.round(times[Math.min(times.length - 1, Math.floor(part * times.length))] ?? 0);
  return {
    name,
    fromMs: Math.round(atMs - startedAtMs),
    ms: Math.round(untilMs - atMs),
    requests: own.length,
    failed: own.filter(({ fate }) => fate === 'failed').length,
    stalled: own.filter(({ fate }) => fate === 'stalled').length,
    p50Ms: share(0.5),
    p95Ms: share(0.95),
    worstMs: worstOf(own),
  };
}

function worstOf(visits: readonly Visit[]): number {
  return Math.round(visits.reduce((worst, { ms }) => Math.max(worst, ms), 0));
}

/** All that did not go well, and of the rest every so many-th. */
function thinOut(visits: readonly Visit[]): readonly Visit[] {
  const step = Math.ceil(visits.length / keptPoints);
  return visits
    .filter(({ fate }, index) => fate !== 'served' || index % step === 0)
    .slice(0, 2 * keptPoints);
}
