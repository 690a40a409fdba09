import type {
  EndpointSeries,
  MigrationReport,
  OldReleaseError,
} from '../../report/migration-report.ts';
import { blameMigration } from '../../migrations/blame-migration.ts';
import type { LoggedException } from './exception-log.ts';
import type { EndpointTraffic, TrafficPoint as Visit } from './traffic.ts';

type TrafficPoint = Omit<Visit, 'release'>;
type OldTraffic = Pick<EndpointTraffic, 'endpoint'> & { readonly points: readonly TrafficPoint[] };

/** All that was seen of the old release under traffic. Times are epoch milliseconds. */
export interface TrafficRecord {
  readonly endpoints: readonly OldTraffic[];
  /** Answers to requests sent before this are the baseline. */
  readonly baselineUntilMs: number;
  readonly exceptions: readonly LoggedException[];
}

/** What the users of the old release met. */
export interface FoldedTraffic {
  readonly series: readonly EndpointSeries[];
  readonly errors: readonly OldReleaseError[];
  /** Endpoints that failed before anything was migrated: nothing can be said about them. */
  readonly unsteady: readonly string[];
}

const keptPoints = 300;
const keptErrorsPerEndpoint = 40;
/** A line of log takes its way through the engine; the answer comes by another. */
const logDelayMs = 400;

/** `startedAtMs` is the epoch to which all times of the result are relative. Pure. */
export function foldTraffic(
  { endpoints, baselineUntilMs, exceptions }: TrafficRecord,
  startedAtMs: number,
  migrations: readonly MigrationReport[],
): FoldedTraffic {
  const unsteady = endpoints
    .filter(({ points }) => points.some((point) => point.atMs < baselineUntilMs && isError(point)))
    .map(({ endpoint }) => endpoint);
  return {
    unsteady,
    series: endpoints.map((endpoint) => toSeries(endpoint, baselineUntilMs, startedAtMs)),
    errors: endpoints
      .filter(({ endpoint }) => !unsteady.includes(endpoint))
      .flatMap(({ endpoint, points }) =>
        points
          .filter((point) => point.atMs >= baselineUntilMs && isError(point))
          .slice(0, keptErrorsPerEndpoint)
          .map((point) => describeError(endpoint, point, { exceptions, startedAtMs, migrations })),
      )
      .toSorted((a, b) => a.atMs - b.atMs),
  };
}

/** A refusal (4xx) may be right; what the server could not answer is not. */
export function isError({ status }: Pick<TrafficPoint, 'status'>): boolean {
  return status === 0 || status >= 500;
}

function toSeries(
  { endpoint, points }: OldTraffic,
  baselineUntilMs: number,
  startedAtMs: number,
): EndpointSeries {
  // The first request pays for imports and connections.
  const before = points.filter(({ atMs }) => atMs < baselineUntilMs).slice(1);
  const after = points.filter(({ atMs }) => atMs >= baselineUntilMs);
  const worst = (some: readonly TrafficPoint[]): number =>
    Math.round(Math.max(0, ...some.map(({ ms }) => ms)));
  return {
    endpoint,
    requests: after.length,
    failed: after.filter(isError).length,
    baselineMs: worst(before),
    worstMs: worst(after),
    points: thinOut(points).map(({ atMs, ms, status }) => [
      Math.round(atMs - startedAtMs),
      Math.round(ms),
      status,
    ]),
  };
}

/** Of many points the slowest and the failed ones, and of the rest every so many-th. */
function thinOut(points: readonly TrafficPoint[]): readonly TrafficPoint[] {
  if (points.length <= keptPoints) return points;
  const ranked = points.toSorted((a, b) => Number(isError(b)) - Number(isError(a)) || b.ms - a.ms);
  const telling = new Set(ranked.slice(0, keptPoints / 2));
  const step = Math.ceil(points.length / (keptPoints / 2));
  return points.filter((point, index) => telling.has(point) || index % step === 0);
}

interface Surroundings {
  readonly exceptions: readonly LoggedException[];
  readonly startedAtMs: number;
  readonly migrations: readonly MigrationReport[];
}

function describeError(
  endpoint: string,
  { atMs, ms, status }: TrafficPoint,
  { exceptions, startedAtMs, migrations }: Surroundings,
): OldReleaseError {
  const exception = findException(endpoint, { atMs, ms }, exceptions);
  const answeredAtMs = atMs + ms - startedAtMs;
  const migration = blameMigration({ exception, answeredAtMs }, migrations);
  return {
    atMs: Math.round(atMs - startedAtMs),
    endpoint,
    status,
    ...(exception === undefined ? {} : { exception }),
    ...(migration === undefined ? {} : { migration }),
  };
}

/** What the log says of a request: the last line of a traceback, its own where paths are logged. */
export function findException(
  endpoint: string,
  { atMs, ms }: Pick<TrafficPoint, 'atMs' | 'ms'>,
  exceptions: readonly LoggedException[],
): string | undefined {
  const path = endpoint.slice(endpoint.indexOf(' ') + 1).split('?')[0];
  const near = exceptions.filter(
    (one) => one.atMs >= atMs - 5 && one.atMs <= atMs + ms + logDelayMs,
  );
  return (near.find((one) => one.path === path) ?? near.find((one) => one.path === undefined))
    ?.text;
}
