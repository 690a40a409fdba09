import { nameMigration } from '../../migrations/blame-migration.ts';
import type { Finding } from '../../report/finding.ts';
import type {
  EndpointSeries,
  MigrationReport,
  OldReleaseError,
} from '../../report/migration-report.ts';

/** What the users of the old release met while and after the new one migrated. */
export interface OldReleaseEvidence {
  /** `v1.4.0 (1a2b3c4)`. */
  readonly label: string;
  readonly series: readonly EndpointSeries[];
  readonly errors: readonly OldReleaseError[];
  readonly unsteady: readonly string[];
  readonly migrations: readonly MigrationReport[];
  /** `budgets.lock`, when the manifest has one. */
  readonly lockBudgetMs: number | undefined;
  /** Programs that want each processor of this machine, 1 at least. */
  readonly pressure: number;
}

/** Without a budget, what users take for a standstill and not for a slow page. */
const usualStallMs = 1000;
/** Of the slowest answer of the baseline: a slow page is no stall. */
const stallFactor = 4;

/** Whether the old release went on serving. */
export function checkOldRelease(evidence: OldReleaseEvidence): readonly Finding[] {
  const bad = [...describeErrors(evidence), ...describeStalls(evidence)];
  const unsteady = describeUnsteady(evidence);
  return [...bad, ...unsteady, ...(bad.length === 0 ? [serves(evidence)] : [])];
}

/** One finding for each exception: several endpoints fail for one reason. */
function describeErrors(evidence: OldReleaseEvidence): readonly Finding[] {
  const { label, errors, series } = evidence;
  const causes = [...new Set(errors.map(causeOf))];
  return causes.map((cause) => {
    const own = errors.filter((error) => causeOf(error) === cause);
    const [first] = own;
    const endpoints = [...new Set(own.map(({ endpoint }) => endpoint))];
    const others = endpoints.length > 1 ? ` and ${endpoints.length - 1} more` : '';
    const status = first?.status === 0 ? 'is not answered' : `answers ${first?.status}`;
    const after = first?.migration === undefined ? '' : ` after ${first.migration}`;
    const migration = evidence.migrations.find((one) => nameMigration(one) === first?.migration);
    const location = migration && placeOf(migration);
    return {
      code: 'old-release-errors',
      level: 'fail',
      step: 'rollout',
      title: `${endpoints[0]}${others} of the old release ${status}${after}.`,
      detail: [
        ...(first?.exception === undefined
          ? ['Its log has no exception: production’s LOGGING may hide errors.']
          : [first.exception]),
        ...endpoints.map((endpoint) => describeCount(endpoint, series)),
      ].join('\n'),
      hint: explainException(first?.exception ?? '', label),
      ...(location === undefined ? {} : { location }),
    };
  });
}

/** Numbers in an exception, such as keys of rows, differ from one request to the next. */
function causeOf({ exception, status, endpoint }: OldReleaseError): string {
  return exception === undefined ? `${status} ${endpoint}` : exception.replaceAll(/\d+/g, '#');
}

function describeCount(endpoint: string, series: readonly EndpointSeries[]): string {
  const found = series.find((one) => one.endpoint === endpoint);
  return `${endpoint}: ${found?.failed ?? 0} of ${found?.requests ?? 0} requests failed.`;
}

/** The operation that changed the schema, else the file. */
function placeOf({ file, operations }: MigrationReport): Finding['location'] {
  return operations.find(({ location }) => location !== undefined)?.location ?? { file };
}

function explainException(exception: string, label: string): string {
  const column = /null value in column "([^"]+)"/u.exec(exception)?.[1];
  if (column !== undefined) {
    return (
      `${label} does not know ${column} and leaves it out. Give it a default in the database ` +
      '(db_default=…, Django 5.0 and newer), or add it with null=True now and make it NOT NULL in ' +
      'the next release, when everything that serves fills it.'
    );
  }
  if (/column .* does not exist/u.test(exception)) {
    return (
      `${label} still reads and writes the column. First release code that no longer uses it ` +
      '(SeparateDatabaseAndState keeps the column), then drop or rename it in the next release.'
    );
  }
  if (/relation .* does not exist/u.test(exception)) {
    return (
      `${label} still uses the table. First release code that no longer does, then drop it in the ` +
      'next release; for a new name keep db_table, or leave a view under the old one.'
    );
  }
  if (/cached plan must not change result type/u.test(exception)) {
    return 'Open sessions hold prepared statements of the old type. Restart what serves, or set prepare_threshold to None.';
  }
  return 'Split the change: one release that works with both schemas, then the one that needs the new one.';
}

function describeStalls(evidence: OldReleaseEvidence): readonly Finding[] {
  const { series, lockBudgetMs, migrations, pressure } = evidence;
  const limitMs = lockBudgetMs ?? Math.round(usualStallMs * pressure);
  const stalled = series.filter(
    ({ worstMs, baselineMs }) => worstMs > limitMs && worstMs > stallFactor * baselineMs,
  );
  const [worst] = stalled.toSorted((a, b) => b.worstMs - a.worstMs);
  if (worst === undefined) return [];
  const blamed = migrations.find((migration) => overlaps(worst, migration));
  // Something else of this machine may have been slow: without a migration beside it, no verdict.
  if (blamed === undefined) return [];
  const location = placeOf(blamed);
  return [
    {
      code: 'old-release-stall',
      level: lockBudgetMs === undefined ? 'warn' : 'fail',
      step: 'rollout',
      title: `${worst.endpoint} of the old release waited ${worst.worstMs} ms during ${nameMigration(blamed)}.`,
      detail: stalled
        .map(
          (one) => `${one.endpoint}: ${one.worstMs} ms; before the migration ${one.baselineMs} ms.`,
        )
        .join('\n'),
      hint: `More than ${limitMs} ms (${lockBudgetMs === undefined ? 'rehearse.budgets.lock sets another limit' : 'rehearse.budgets.lock'}). The verdict of the migration names the lock and the way around it.`,
      measurement: { name: 'longest stall', value: worst.worstMs, unit: 'ms' },
      ...(location === undefined ? {} : { location }),
    },
  ];
}

/** Whether the slowest request was under way while the migration ran. */
function overlaps({ points, worstMs }: EndpointSeries, migration: MigrationReport): boolean {
  const slowest = points.find(([, ms]) => ms === worstMs);
  if (slowest === undefined) return false;
  const [atMs, ms] = slowest;
  return atMs <= migration.startedAtMs + migration.ms && atMs + ms >= migration.startedAtMs;
}

function describeUnsteady({ label, unsteady, series }: OldReleaseEvidence): readonly Finding[] {
  if (unsteady.length === 0) return [];
  return [
    {
      code: 'previous-unsteady',
      level: 'warn',
      step: 'rollout',
      title: `${label} fails by itself at ${unsteady[0]}${unsteady.length > 1 ? ` and ${unsteady.length - 1} more` : ''}.`,
      detail: `Before anything was migrated: ${unsteady.join(', ')}. ${
        unsteady.length === series.length
          ? 'No endpoint is left to watch.'
          : 'The other endpoints were watched.'
      }`,
      hint: 'It gets the variables and services that the manifest names today, and an empty database has no rows that it may need.',
    },
  ];
}

function serves({ label, series }: OldReleaseEvidence): Finding {
  const requests = series.reduce((sum, one) => sum + one.requests, 0);
  const worst = series.toSorted((a, b) => b.worstMs - a.worstMs)[0];
  return {
    code: 'old-release-serves',
    level: 'pass',
    step: 'rollout',
    title: `${label} went on serving: ${requests} requests, no error, slowest ${worst?.worstMs ?? 0} ms.`,
    detail: series
      .map(
        (one) =>
          `${one.endpoint}: ${one.requests} requests, slowest ${one.worstMs} ms, before ${one.baselineMs} ms`,
      )
      .join('\n'),
    hint: '',
  };
}

/** Without smoke requests there are no pages and no writes to ask the old release for. */
export function onlyHealthVisited(label: string): Finding {
  return {
    code: 'previous-unsteady',
    level: 'warn',
    step: 'previous',
    title: `Only the health URL of ${label} is visited: the manifest has no smoke requests.`,
    detail: 'An endpoint that nobody asks for may fail after the migration without being noticed.',
    hint: 'Name pages and forms under rehearse.smoke, one for each table that is read or written.',
  };
}

/** The same migrations got through on a copy of the database that nobody wrote to. */
export function migrationRaces(label: string): Finding {
  return {
    code: 'migration-race',
    level: 'fail',
    step: 'rollout',
    title: `The migrations fail only while ${label} serves.`,
    detail: 'On a copy of the same database that nobody wrote to, they got through.',
    hint: 'The old release writes rows between two migrations that the later one does not expect: ship that one with the next release, or give the column a db_default.',
  };
}
