import type { Catalog } from '../database/observe/catalog.ts';
import { foldCanaries, worstBetween } from '../database/observe/canary-log.ts';
import type { WatchRecord } from '../database/observe/watch-database.ts';
import type { SourceLocation } from '../errors/djdev-error.ts';
import type {
  BlockedSession,
  MigrationReport,
  MigrationsReport,
} from '../report/migration-report.ts';
import { diffCatalogs } from './diff-catalog.ts';
import { foldMigration } from './fold-migration.ts';
import { type KnownRelations, listRelations, tableName } from './known-relations.ts';
import type { ObservedMigration } from './observed-step.ts';
import { judgeMigration } from './verdict/judge-migration.ts';
import type { JudgeContext } from './verdict/judged-migration.ts';

/** Everything that was seen of a run of migrations. */
export interface ObservedRun {
  readonly migrations: readonly ObservedMigration[];
  /** Before the first of them. */
  readonly before: Catalog;
  readonly watch: WatchRecord;
  /** Epoch. */
  readonly startMs: number;
  readonly data: MigrationsReport['data'];
  /** Rows per table before, where they were counted; else as the catalog knows them. */
  readonly rows?: ReadonlyMap<string, number>;
  /** [5, 2]; `undefined` for SQL. */
  readonly django: JudgeContext['django'];
  readonly productionRows?: ReadonlyMap<string, number>;
  readonly budgetMs?: number;
  /** Path for people of a path in the container. */
  readonly locate: (file: string) => string;
}

/** Django's own bookkeeping: nobody waits for it. */
const bookkeeping = /\.(?:django_migrations|django_content_type|auth_permission)$/u;

/** Tables of a catalog that somebody uses. */
export function listUsedTables(catalog: Catalog): Catalog['tables'] {
  return catalog.tables.filter(({ name }) => !bookkeeping.test(name));
}

/** Folds and judges a run. Pure. */
export function reportMigrations(run: ObservedRun): MigrationsReport {
  const used = listUsedTables(run.before);
  const existing = new Set(used.map(({ oid }) => oid));
  const rows = run.rows ?? countRows(run.before);
  let known = listRelations(run.before);
  let before = run.before;
  const migrations: MigrationReport[] = [];
  for (const observed of run.migrations) {
    const folded = foldMigration(observed, {
      known,
      existing,
      watch: run.watch,
      startMs: run.startMs,
    });
    const after = completeCatalog(before, observed);
    const fate = { folded, before, after, existing, known };
    migrations.push(describeMigration(run, observed, fate, rows));
    known = folded.known;
    before = after ?? before;
  }
  const touched = new Set(
    migrations.flatMap(({ operations }) =>
      operations.flatMap(({ statements }) =>
        statements.flatMap(({ locks }) => locks.map(({ table }) => table)),
      ),
    ),
  );
  return {
    startedAt: new Date(run.startMs).toISOString(),
    postgres: run.before.version.split(' ')[0] ?? run.before.version,
    data: run.data,
    migrations,
    canaries: foldCanaries(run.watch.canaries, run.startMs, touched),
  };
}

/** What is known after a migration, where it was asked about some tables only. */
function completeCatalog(
  before: Catalog,
  { catalog, catalogOf }: ObservedMigration,
): Catalog | undefined {
  if (catalog === undefined || catalogOf === undefined) return catalog;
  const asked = new Set(catalogOf);
  const merge = <T>(
    all: readonly T[],
    some: readonly T[],
    tableOf: (one: T) => number,
  ): readonly T[] => [...all.filter((one) => !asked.has(tableOf(one))), ...some];
  return {
    ...catalog,
    tables: merge(before.tables, catalog.tables, ({ oid }) => oid),
    columns: merge(before.columns, catalog.columns, ({ table }) => table),
    constraints: merge(before.constraints, catalog.constraints, ({ table }) => table),
    indexes: merge(before.indexes, catalog.indexes, ({ table }) => table),
  };
}

interface Fate {
  readonly folded: ReturnType<typeof foldMigration>;
  readonly before: Catalog;
  readonly after: Catalog | undefined;
  readonly existing: ReadonlySet<number>;
  readonly known: KnownRelations;
}

function describeMigration(
  run: ObservedRun,
  observed: ObservedMigration,
  { folded, before, after, existing, known }: Fate,
  rows: ReadonlyMap<string, number>,
): MigrationReport {
  const file = run.locate(observed.file);
  const endMs = observed.startedMs + observed.ms;
  const { canaries } = run.watch;
  const seen = {
    app: observed.app,
    name: observed.name,
    own: observed.own,
    file,
    atomic: observed.atomic,
    outcome: observed.outcome,
    startedAtMs: Math.round(observed.startedMs - run.startMs),
    ms: Math.round(observed.ms * 10) / 10,
    operations: folded.operations.map((operation, index) => ({
      ...operation,
      location: locationOf(file, observed.operations[index]?.line),
    })),
    schemaChanges: after ? diffCatalogs(before, after, existing) : [],
    blocked: findBlocked(run, folded.pids, known, observed),
    worstReadMs: worstBetween(canaries, 'read', observed.startedMs, endMs),
    worstWriteMs: worstBetween(canaries, 'write', observed.startedMs, endMs),
  };
  const failed = observed.steps.find(
    (step) => step.type === 'statement' && step.error !== undefined,
  );
  const context: JudgeContext = {
    postgresMajor: Number.parseInt(run.before.version, 10),
    django: run.django,
    data: run.data,
    rows,
    ...(run.productionRows && { productionRows: run.productionRows }),
    ...(run.budgetMs !== undefined && { budgetMs: run.budgetMs }),
    failure: {
      message: observed.error ?? 'it gave no reason',
      sqlState: failed?.type === 'statement' ? failed.sqlState : undefined,
    },
  };
  return { ...seen, ...judgeMigration(seen, context) };
}

function locationOf(file: string, line: number | undefined): SourceLocation {
  return { file, ...(line !== undefined && { line }) };
}

function countRows(catalog: Catalog): ReadonlyMap<string, number> {
  return new Map(
    catalog.tables.flatMap(({ name, rows }) => (rows === undefined ? [] : [[name, rows] as const])),
  );
}

function findBlocked(
  { watch, startMs }: ObservedRun,
  pids: ReadonlySet<number>,
  known: KnownRelations,
  { startedMs, ms }: ObservedMigration,
): BlockedSession[] {
  return watch.waits
    .filter(
      (wait) =>
        !pids.has(wait.pid) &&
        wait.blockers.some((pid) => pids.has(pid)) &&
        wait.fromMs <= startedMs + ms &&
        wait.untilMs >= startedMs,
    )
    .map((wait) => ({
      application: wait.application,
      atMs: Math.round(wait.fromMs - startMs),
      waitedMs: Math.round(wait.untilMs - wait.fromMs),
      waitedFor: wait.relation === undefined ? 'rows' : tableName(known, wait.relation),
      query: wait.query.slice(0, 200),
    }))
    .toSorted((a, b) => b.waitedMs - a.waitedMs)
    .slice(0, 50);
}
