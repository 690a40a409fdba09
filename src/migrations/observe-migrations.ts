import type { Context } from '../context/context.ts';
import { baselineQuery, canFlush, formatStateQuery } from '../database/observe/backend-state.ts';
import { formatCatalogQuery, givenPlaces } from '../database/observe/catalog-query.ts';
import { type Catalog, readCatalog } from '../database/observe/catalog.ts';
import { type DatabaseWatch, watchDatabase } from '../database/observe/watch-database.ts';
import { type PostgresAddress, withPostgresSession } from '../database/postgres-session.ts';
import type { MigrateEvent, ObserveOptions } from '../django/run-migrate.ts';
import type { MigrationsReport } from '../report/migration-report.ts';
import { collectMigrations, type ReceivedEvent } from './collect-migrations.ts';
import type { ObservedMigration } from './observed-step.ts';
import { listUsedTables, type ObservedRun, reportMigrations } from './report-migrations.ts';

/** The database that is migrated, as both sides reach it. */
export interface ObservedDatabase {
  /** For djdev's own sessions. */
  readonly address: PostgresAddress;
  /** In the settings of the application. */
  readonly host: string;
}

/** What is not seen, but told. */
export type ObservationFacts = Pick<
  ObservedRun,
  'data' | 'rows' | 'django' | 'productionRows' | 'budgetMs' | 'locate'
>;

/** A program that may migrate, seen from outside only. */
interface ObservedProgram {
  readonly command: string;
  /** Epoch. */
  readonly startedMs: number;
  readonly ms: number;
}

/**
 * Looks on while migrations run: `options` go to the process that migrates, its events come back to
 * `add`, and djdev's own sessions sample locks and try reads and writes in the meantime.
 */
export interface MigrationObservation extends AsyncDisposable {
  readonly options: ObserveOptions;
  readonly add: (event: MigrateEvent) => void;
  /** Whether there were tables that somebody could wait for. */
  readonly isInUse: boolean;
  /** Tells of a program that has ended, and looks at what it changed. */
  readonly addProgram: (program: ObservedProgram) => Promise<void>;
  /** Ends it. */
  readonly finish: () => Promise<MigrationsReport>;
}

type Surroundings = Pick<Context, 'clock' | 'signal'>;

/** Begins to observe. Throws `DJ-DATABASE-QUERY` when the catalog cannot be read. */
export async function observeMigrations(
  { clock, signal }: Surroundings,
  { address, host }: ObservedDatabase,
  describe: (before: Catalog) => ObservationFacts,
): Promise<MigrationObservation> {
  const read = (): Promise<Catalog> => withPostgresSession(address, signal, readCatalog);
  const before = await read();
  const tables = listUsedTables(before);
  const isInUse = tables.length > 0;
  const flushes = canFlush(before.version);
  const watch: DatabaseWatch = await watchDatabase(address, {
    clock,
    signal,
    tables,
    canaries: true,
  });
  const startMs = clock.now();
  const received: ReceivedEvent[] = [];
  const programs: ObservedMigration[] = [];
  return {
    isInUse,
    options: {
      host,
      name: address.database,
      state: isInUse ? formatStateQuery(flushes) : '',
      baseline: isInUse ? baselineQuery : '',
      flushes,
      catalog: isInUse ? formatCatalogQuery({ type: 'given' }) : '',
      places: givenPlaces,
      catalogs: isInUse
        ? formatCatalogQuery({ type: 'tables', oids: tables.map(({ oid }) => oid) })
        : '',
    },
    add: (event) => void received.push({ event, receivedMs: clock.now() }),
    async addProgram(program) {
      if (isInUse) programs.push(describeProgram(program, await read()));
    },
    async finish() {
      const record = await watch.stop();
      const migrations = [...collectMigrations(received), ...programs].toSorted(
        (a, b) => a.startedMs - b.startedMs,
      );
      const report = reportMigrations({
        ...describe(before),
        migrations,
        before,
        watch: record,
        startMs,
      });
      return { ...report, migrations: report.migrations.filter(isWorthTelling) };
    },
    async [Symbol.asyncDispose]() {
      await watch.stop();
    },
  };
}

function describeProgram(
  { command, startedMs, ms }: ObservedProgram,
  catalog: Catalog,
): ObservedMigration {
  return {
    app: '',
    name: command,
    own: true,
    file: command,
    atomic: false,
    outcome: 'applied',
    startedMs,
    ms,
    operations: [{ description: command, kind: 'Program', line: undefined }],
    steps: [
      {
        type: 'statement',
        atMs: startedMs,
        ms,
        sql: command,
        times: 1,
        operation: 0,
        deferred: false,
        inTransaction: false,
        catalog,
      },
    ],
    catalog,
    anySession: true,
  };
}

/** A release command that touched no table is no migration. */
function isWorthTelling(migration: MigrationsReport['migrations'][number]): boolean {
  const isProgram = migration.operations[0]?.kind === 'Program';
  return !isProgram || migration.reasons.length > 0 || migration.schemaChanges.length > 0;
}
