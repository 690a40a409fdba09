import type { ParityDifference } from '../parity-report.ts';
import type { SideFacts } from '../side-facts.ts';
import { type AreaOutcome, type CompareInput, difference, unionOf } from './compare-input.ts';

type Database = NonNullable<SideFacts['database']>;

/** How the servers are sized and secured: no statement behaves otherwise. */
const sizing = new Set(['max_connections', 'wal_level', 'ssl', 'password_encryption']);
const pin = 'Run the same Postgres here: services.postgres.version.';

/** Postgres on both sides: version, extensions, and settings that change what statements do. */
export function compareDatabase({ here, production, against }: CompareInput): AreaOutcome {
  const [own, other] = [here.database, production.database];
  const missing = { here: problemOf(own), production: problemOf(other) };
  if (against !== 'file' || other === undefined) {
    return {
      notMeasured: 'production’s Postgres is known only from a file of djdev parity --export',
    };
  }
  if (missing.here !== undefined) return { notMeasured: `here: ${missing.here}` };
  if (missing.production !== undefined) return { notMeasured: `production: ${missing.production}` };
  if (own === undefined || own.version === undefined || other.version === undefined) {
    return own?.engine === other.engine ? [] : [compareEngines(own, other)];
  }
  return [
    ...compareVersions(own.version, other.version),
    ...compareExtensions(own.extensions ?? {}, other.extensions ?? {}),
    ...compareSettings(own.settings ?? {}, other.settings ?? {}),
  ];
}

function problemOf(database: Database | undefined): string | undefined {
  if (database === undefined) return 'no database was asked';
  return database.problem === undefined
    ? undefined
    : `the database did not answer (${database.problem})`;
}

function compareEngines(own: Database | undefined, other: Database): ParityDifference {
  return difference('database', {
    subject: 'engine',
    here: own?.engine,
    production: other.engine,
    origin: 'DATABASES.default.ENGINE',
    cost: 10,
    advice: 'Develop on the database that production has.',
  });
}

function compareVersions(own: string, other: string): readonly ParityDifference[] {
  if (own === other) return [];
  const major = (text: string): string => /\d+/u.exec(text)?.[0] ?? text;
  const cost = major(own) === major(other) ? 1 : 10;
  const pair = { here: own, production: other };
  return [
    difference('database', { subject: 'version', ...pair, origin: 'version()', cost, advice: pin }),
  ];
}

function compareExtensions(
  own: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): readonly ParityDifference[] {
  return unionOf(own, other)
    .filter((name) => own[name] !== other[name])
    .map((name) =>
      difference('database', {
        subject: `extension ${name}`,
        here: own[name],
        production: other[name],
        origin: 'pg_extension',
        cost: own[name] === undefined || other[name] === undefined ? 5 : 1,
        advice: `Create ${name} in a migration, so that both have it: django.contrib.postgres.operations.`,
      }),
    );
}

function compareSettings(
  own: Readonly<Record<string, string | null>>,
  other: Readonly<Record<string, string | null>>,
): readonly ParityDifference[] {
  return unionOf(own, other)
    .filter((name) => name !== 'server_version_num' && own[name] !== other[name])
    .map((name) =>
      difference('database', {
        subject: name,
        here: own[name] ?? undefined,
        production: other[name] ?? undefined,
        origin: 'pg_settings',
        cost: 2,
        intended: sizing.has(name) ? 'how a server is sized and reached' : undefined,
        advice: `Start Postgres with it here: services.postgres.command: postgres -c ${name}=….`,
      }),
    );
}
