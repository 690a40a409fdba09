import { blameMigration } from '../../migrations/blame-migration.ts';
import type { MigrationReport } from '../../report/migration-report.ts';
import type { RolloutCause, RolloutPhaseName } from '../../report/rollout-report.ts';
import { formatDuration } from '../../report/formats/quantity.ts';
import type { LoggedException } from '../previous/exception-log.ts';
import { findException } from '../previous/fold-traffic.ts';
import type { Visit } from './visits.ts';

/** What else was seen, to tell why requests failed. Times are epoch milliseconds. */
export interface RolloutSurroundings {
  readonly migrations: readonly MigrationReport[];
  /** The epoch to which the times of `migrations` are relative. */
  readonly migrationsAtMs: number;
  readonly exceptions: Readonly<Record<'old' | 'new', readonly LoggedException[]>>;
  /** What the old release was told to end with. */
  readonly stopSignal: string;
}

type Blamed = Pick<RolloutCause, 'kind'> & {
  readonly migration: string | undefined;
  readonly exception: string | undefined;
};

/** Why requests failed or waited, each reason once, the one that cost most first. */
export function explainVisits(
  visits: readonly Visit[],
  surroundings: RolloutSurroundings,
): readonly RolloutCause[] {
  const bad = visits
    .filter(({ fate }) => fate !== 'served')
    .map((visit) => ({ visit, blamed: blame(visit, surroundings) }));
  const groups = Map.groupBy(bad, ({ visit, blamed }) => keyOf(visit, blamed));
  return [...groups.values()]
    .map((group) => describeGroup(group, surroundings))
    .toSorted((a, b) => b.failed - a.failed || b.stalled - a.stalled);
}

function blame(
  visit: Visit,
  { migrations, migrationsAtMs, exceptions }: RolloutSurroundings,
): Blamed {
  const { endpoint, release, phase, fate, atMs, ms } = visit;
  const exception =
    fate === 'failed' ? findException(endpoint, visit, exceptions[release]) : undefined;
  const nobody = { migration: undefined, exception };
  if (release === 'new') return { kind: 'new-release', ...nobody };
  const sentAtMs = atMs - migrationsAtMs;
  if (fate === 'stalled') {
    const beside = migrations.find(
      (one) => sentAtMs <= one.startedAtMs + one.ms && sentAtMs + ms >= one.startedAtMs,
    );
    return beside === undefined
      ? { kind: phase === 'stop' ? 'stop' : 'unknown', ...nobody }
      : { kind: 'migration', exception, migration: `${beside.app}.${beside.name}` };
  }
  const migration = blameMigration({ exception, answeredAtMs: sentAtMs + ms }, migrations);
  // A request that was at work when the signal came has no exception of its own.
  const isCut = phase === 'stop' || (phase === 'switch' && visit.status === 0);
  if (isCut && exception === undefined) return { kind: 'stop', ...nobody };
  return migration === undefined
    ? { kind: 'old-release', ...nobody }
    : { kind: 'migration', exception, migration };
}

/**
 * Failures of one kind go on from the migration at which they began: that is the one to blame.
 * Numbers in an exception, such as keys of rows, differ from one request to the next.
 */
function keyOf({ endpoint, fate, status }: Visit, { kind, migration, exception }: Blamed): string {
  if (fate === 'stalled') return [kind, fate, migration ?? ''].join('\n');
  const what = exception?.replaceAll(/\d+/gu, '#') ?? `${endpoint} ${status}`;
  return [kind, fate, what].join('\n');
}

function describeGroup(
  group: readonly { readonly visit: Visit; readonly blamed: Blamed }[],
  { stopSignal }: RolloutSurroundings,
): RolloutCause {
  const visits = group.map(({ visit }) => visit);
  const [first] = group;
  if (first === undefined) throw new Error('A group has a member.');
  const { kind, migration, exception } = first.blamed;
  const text = describe(visits, { kind, migration, stopSignal });
  return {
    kind,
    text,
    phase: first.visit.phase,
    failed: visits.filter(({ fate }) => fate === 'failed').length,
    stalled: visits.filter(({ fate }) => fate === 'stalled').length,
    ...(migration === undefined ? {} : { migration }),
    ...(exception === undefined ? {} : { exception }),
  };
}

const meanwhile: Readonly<Record<RolloutPhaseName, string>> = {
  before: 'before anything changed',
  release: 'while the release commands ran',
  boot: 'while the new release booted',
  switch: 'while the new release took over',
  stop: 'while the old release ended',
  after: 'when the new release was alone',
};

function describe(
  visits: readonly Visit[],
  {
    kind,
    migration,
    stopSignal,
  }: Pick<Blamed, 'kind' | 'migration'> & { readonly stopSignal: string },
): string {
  const endpoints = [...new Set(visits.map(({ endpoint }) => endpoint))];
  const others = endpoints.length > 1 ? ` and ${endpoints.length - 1} more` : '';
  const name = `${endpoints[0]}${others}`;
  const [first] = visits;
  const worst = formatDuration(Math.max(...visits.map(({ ms }) => ms)));
  const isWait = first?.fate === 'stalled';
  const answer = first?.status === 0 ? 'is not answered' : `answers ${first?.status}`;
  const when = meanwhile[first?.phase ?? 'before'];
  switch (kind) {
    case 'migration':
      return isWait
        ? `${migration}: ${name} waited up to ${worst}`
        : `${migration}: ${name} of the old release ${answer}`;
    case 'new-release':
      return isWait
        ? `${name} waited up to ${worst} for the new release`
        : `${name} of the new release ${answer}`;
    case 'old-release':
      return `${name} of the old release ${answer} ${when}`;
    case 'stop':
      return `${name} was under way when the old release got ${stopSignal}`;
    case 'unknown':
      return `${name} waited up to ${worst} ${when}`;
    default:
      return kind satisfies never;
  }
}
