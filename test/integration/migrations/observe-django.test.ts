import { afterAll, beforeAll, expect, test } from 'vitest';
import { planScratchPostgres } from '../../../src/database/plan-scratch-postgres.ts';
import { withPostgresSession } from '../../../src/database/postgres-session.ts';
import { fillTables } from '../../../src/database/synthetic/fill-tables.ts';
import { runDatabase } from '../../../src/rehearse/steps/database.ts';
import { runMigrate } from '../../../src/rehearse/steps/migrate.ts';
import type { Finding } from '../../../src/report/finding.ts';
import type { MigrationReport, MigrationsReport } from '../../../src/report/migration-report.ts';
import { describeWithEngine, type EngineTest, openEngineTest } from '../../support/engine.ts';
import { buildProjectImage } from '../django/django-image.ts';
import { openRunTest, startTestRunner } from '../django/runner-test.ts';
import { yardCases, yardMigration, yardProject } from './yard-project.ts';

const migrateAll = [['python', 'manage.py', 'migrate', '--noinput']] as const;

describeWithEngine('migrations under observation', () => {
  let t: EngineTest;
  let first: MigrationsReport | undefined;
  let report: MigrationsReport;
  let findings: readonly Finding[];
  let firstFindings: readonly Finding[];

  beforeAll(async () => {
    t = await openEngineTest();
    const image = await buildProjectImage(t, yardProject);
    const plan = planScratchPostgres(
      { name: 'postgres', kind: 'postgres', image: 'postgres:17' },
      'yard',
    );
    const opened = await openRunTest(t, {
      DJANGO_SETTINGS_MODULE: 'demo.production',
      SECRET_KEY: 'test',
      POSTGRES_HOST: plan.host,
      POSTGRES_PORT: String(plan.port),
      POSTGRES_NAME: plan.database,
      POSTGRES_USER: plan.user,
      POSTGRES_PASSWORD: plan.password,
    });
    const { run, events } = opened;
    const { value: server } = await runDatabase(run, plan);
    if (!server) throw new Error('no Postgres');
    const runner = await startTestRunner(opened, image);
    const observed = (): MigrationsReport | undefined => {
      const event = events.findLast(({ type }) => type === 'migrations-observed');
      return event?.type === 'migrations-observed' ? event.migrations : undefined;
    };
    await runMigrate(run, runner, server, [[...migrateAll[0], 'shop', '0002']]);
    first = observed();
    firstFindings = opened.findings();
    await withPostgresSession(server.address, t.signal, (query) => fillTables(query));
    await runMigrate(run, runner, server, migrateAll);
    const second = observed();
    if (!second) throw new Error('nothing was observed');
    report = second;
    findings = opened.findings().slice(firstFindings.length);
  });
  afterAll(async () => await t[Symbol.asyncDispose]());

  function find(name: string): MigrationReport {
    const migration = report.migrations.find((one) => one.name.endsWith(name));
    if (!migration) throw new Error(`${name} was not observed`);
    return migration;
  }

  test('on an empty database nothing is unsafe', () => {
    expect(first?.data).toBe('empty');
    expect(first?.migrations.map(({ name, verdict }) => `${name} ${verdict}`)).toContain(
      '0002_yards safe',
    );
    expect(first?.migrations.filter(({ verdict }) => verdict !== 'safe')).toEqual([]);
    expect(firstFindings.map(({ code }) => code)).toEqual(['migration-applied']);
  });

  test('every hazard is found, and what is safe passes', () => {
    const seen = report.migrations
      .filter(({ app }) => app === 'shop')
      .map(({ name, verdict, reasons: [worst] }, index) => ({
        name,
        verdict,
        ...(yardCases[index]?.rule !== undefined && { rule: worst?.rule }),
        ...(yardCases[index]?.recipe !== undefined && { recipe: worst?.recipe?.id }),
      }));
    expect(seen).toEqual(
      yardCases.map(({ verdict, rule, recipe }, index) => ({
        name: yardMigration(index),
        verdict,
        ...(rule !== undefined && { rule }),
        ...(recipe !== undefined && { recipe }),
      })),
    );
  });

  test('a migration is told with its operations, statements, locks and lines', () => {
    const { operations, own, file, atomic, outcome } = find('foreign_key_with_index');
    expect({ own, file, atomic, outcome }).toEqual({
      own: true,
      file: expect.stringMatching(/shop\/migrations\/\d{4}_foreign_key_with_index\.py$/u),
      atomic: true,
      outcome: 'applied',
    });
    const [operation] = operations;
    expect(operation?.kind).toBe('AddField');
    expect(operation?.location?.line).toBe(15);
    expect(
      operation?.statements.map(({ sql, deferred, inTransaction, indexBuilds, locks }) => ({
        sql: sql.split(' "')[0],
        deferred,
        inTransaction,
        indexBuilds,
        locks: locks.map(({ mode, source }) => `${mode} ${source}`).toSorted(),
      })),
    ).toEqual([
      {
        sql: 'ALTER TABLE',
        deferred: false,
        inTransaction: true,
        indexBuilds: [],
        locks: ['AccessExclusiveLock hook', 'ShareRowExclusiveLock hook'],
      },
      // Left by the same operation, and run at the end under the lock of the first.
      {
        sql: 'CREATE INDEX',
        deferred: true,
        inTransaction: true,
        indexBuilds: ['public.shop_yard12'],
        locks: [],
      },
    ]);
  });

  test('what runs outside of a transaction is seen as well', () => {
    const { operations } = find('outside_of_a_transaction');
    expect(
      operations.map(({ statements }) =>
        statements.map(({ locks, lockTimeoutMs }) => ({
          locks: locks.map(({ mode }) => mode),
          lockTimeoutMs,
        })),
      ),
    ).toEqual([
      [{ locks: ['ShareLock'], lockTimeoutMs: 0 }],
      [{ locks: [], lockTimeoutMs: 1000 }],
      [{ locks: ['AccessExclusiveLock'], lockTimeoutMs: 1000 }],
    ]);
    const concurrent = find('index_concurrent').operations[0]?.statements[0];
    expect(concurrent?.indexBuilds).toEqual(['public.shop_yard10']);
    expect(concurrent?.locks.map(({ mode }) => mode)).toEqual(['ShareUpdateExclusiveLock']);
  });

  test('a data migration tells its rows and no table lock that blocks', () => {
    const [statement] = find('0020_bulk_update').operations[0]?.statements ?? [];
    expect(statement?.rowsChanged).toEqual([
      { table: 'public.shop_yard17', inserted: 0, updated: 60, deleted: 0 },
    ]);
    expect(statement?.locks.map(({ mode }) => mode)).toEqual(['RowExclusiveLock']);
  });

  test('findings have levels, places and advice', () => {
    const unsafe = findings.filter(({ code }) => code === 'migration-unsafe');
    expect(new Set(unsafe.map(({ level }) => level))).toEqual(new Set(['fail']));
    const required = unsafe.find(({ title }) => title.includes('required_without_db_default'));
    expect(required).toMatchObject({
      title:
        'shop.0003_required_without_db_default: public.shop_yard00, column size: integer NOT NULL without a default in the database: every INSERT of the running release leaves it out, and fails.',
      location: { line: 15 },
      hint: expect.stringContaining('db_default'),
    });
    expect(findings.filter(({ code }) => code === 'migration-no-lock-timeout')).toHaveLength(1);
    expect(report.canaries.every(({ points }) => points.length > 0)).toBe(true);
  });
});
