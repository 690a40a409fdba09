import type { Context } from '../../context/context.ts';
import { withPostgresSession } from '../../database/postgres-session.ts';
import { type FilledTables, fillTables } from '../../database/synthetic/fill-tables.ts';
import type { DjangoRunner, RunnerResult } from '../../django/django-runner.ts';
import {
  type MigrateEvent,
  type MigrationChoice,
  runWithMigrateEvents,
} from '../../django/run-migrate.ts';
import { countProfiledRows, type StatisticsProfile } from '../../database/synthetic/profile.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { MigrationsReport } from '../../report/migration-report.ts';
import {
  type MigrationObservation,
  type ObservedDatabase,
  observeMigrations,
} from '../observe-migrations.ts';
import { readDjangoVersion } from '../read-django-version.ts';
import { nameMigration, type PlannedMigration } from './planned-migration.ts';

/** An empty database and Django with the migrations, for one check. */
export interface CheckSetting extends Pick<Context, 'clock' | 'signal'> {
  readonly database: ObservedDatabase;
  readonly runner: DjangoRunner;
  /** Path for people of a path in the container. */
  readonly locate: (file: string) => string;
  readonly onProgress: (text: string) => void;
  /** Production's numbers: rows like those, and times for as many. */
  readonly profile?: StatisticsProfile;
}

/** With a profile: enough for times that can be extrapolated, and made in a moment. */
const profiledRows = 2000;

/** All migrations in the order in which they run. Throws `DJ-MIGRATE` when Django cannot tell. */
export async function planMigrations(setting: CheckSetting): Promise<readonly PlannedMigration[]> {
  const planned: PlannedMigration[] = [];
  await migrate(
    setting,
    { only: [] },
    {
      onEvent: (event) => {
        if (event.type !== 'plan') return;
        for (const { app, name, own, file } of event.migrations)
          planned.push({ app, name, own, file: setting.locate(file) });
      },
    },
  );
  return planned;
}

/**
 * Brings the database to where it is before `pending`, puts made-up rows into it, and applies
 * `pending` under observation, as one release would. Throws `DJ-MIGRATE` when it does not come
 * that far; a pending migration that fails is in the report.
 */
export async function checkMigrations(
  setting: CheckSetting,
  pending: readonly PlannedMigration[],
): Promise<MigrationsReport> {
  const { onProgress } = setting;
  const names = pending.map(nameMigration);
  onProgress('migrating to the state before');
  await migrate(setting, { hold: names }, {});
  onProgress('making up rows');
  const filled = await fill(setting);
  onProgress(`observing ${names.length === 1 ? names[0] : `${names.length} migrations`}`);
  return await observe(setting, { only: names }, filled);
}

/** The same for each of these by itself, in order, with rows for the tables made so far. */
export async function checkApart(
  setting: CheckSetting,
  all: readonly PlannedMigration[],
  wanted: readonly PlannedMigration[],
): Promise<MigrationsReport> {
  const reports: MigrationsReport[] = [];
  const shown = new Set(wanted.map(nameMigration));
  let between: string[] = [];
  for (const name of all.map(nameMigration)) {
    if (!shown.has(name)) {
      between.push(name);
      continue;
    }
    setting.onProgress(`observing ${name}`);
    if (between.length > 0) await migrate(setting, { only: between }, {});
    between = [];
    const report = await observe(setting, { only: [name] }, await fill(setting));
    reports.push(report);
    if (report.migrations.some(({ outcome }) => outcome === 'failed')) break;
  }
  const [first] = reports;
  if (!first) throw new Error('There is no migration to be checked.');
  return {
    ...first,
    data: 'synthetic',
    migrations: reports.flatMap(({ migrations }) => migrations),
    canaries: reports.flatMap(({ canaries }) => canaries),
  };
}

function fill({ database, signal, profile }: CheckSetting): Promise<FilledTables> {
  return withPostgresSession(database.address, signal, async (query) => {
    await query('SET jit = off');
    return await fillTables(query, profile ? { profile, mostRows: profiledRows } : {});
  });
}

async function observe(
  setting: CheckSetting,
  choose: MigrationChoice,
  filled: FilledTables,
): Promise<MigrationsReport> {
  const { runner, database, locate, profile } = setting;
  await using observation = await observeMigrations(setting, database, ({ tables }) => ({
    data: tables.length > 0 ? 'synthetic' : 'empty',
    rows: new Map(filled.tables.map(({ table, rows }) => [table, rows])),
    django: readDjangoVersion(runner.ready.django ?? ''),
    locate,
    ...(profile && { productionRows: countProfiledRows(profile) }),
  }));
  let hasFailed = false;
  await migrate(setting, choose, {
    observation,
    onEvent: (event) => {
      observation.add(event);
      hasFailed ||= event.type === 'migration-failed';
    },
    isFailureTold: () => hasFailed,
  });
  return await observation.finish();
}

interface MigrateOptions {
  readonly observation?: MigrationObservation;
  readonly onEvent?: (event: MigrateEvent) => void;
  /** A failure of a migration is a result. */
  readonly isFailureTold?: () => boolean;
}

async function migrate(
  { runner, signal }: CheckSetting,
  choose: MigrationChoice,
  { observation, onEvent = () => {}, isFailureTold = () => false }: MigrateOptions,
): Promise<void> {
  const result = await runWithMigrateEvents(
    runner,
    { argv: ['migrate', '--noinput'], onEvent, observe: observation?.options, choose },
    signal,
  );
  if (result.exitCode !== 0 && !isFailureTold()) throw failure(result);
}

function failure({ exitCode, tail }: RunnerResult): DjdevError {
  return new DjdevError('DJ-MIGRATE', {
    message: `manage.py migrate ended with exit code ${exitCode} on an empty database, before there was anything to check.`,
    hint: 'Mend it first: djdev rehearse --only migrate shows all of it.',
    output: tail,
  });
}
