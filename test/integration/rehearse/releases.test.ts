import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../src/context/clock.ts';
import { copyDatabase } from '../../../src/database/copy-database.ts';
import { planScratchPostgres } from '../../../src/database/plan-scratch-postgres.ts';
import { type PostgresAddress } from '../../../src/database/postgres-session.ts';
import { startScratchPostgres } from '../../../src/database/scratch-postgres.ts';
import { type DjangoRunner } from '../../../src/django/django-runner.ts';
import { runReverse } from '../../../src/django/run-reverse.ts';
import { runWithMigrateEvents } from '../../../src/django/run-migrate.ts';
import { decideDeployOrder } from '../../../src/migrations/deploy-order.ts';
import { observeMigrations } from '../../../src/migrations/observe-migrations.ts';
import { worstVerdict } from '../../../src/migrations/worst-verdict.ts';
import { migrateClone } from '../../../src/rehearse/previous/migrate-clone.ts';
import { tryLongReader } from '../../../src/rehearse/previous/try-long-reader.ts';
import type { RehearsalRun } from '../../../src/rehearse/run.ts';
import { sweepCell } from '../../../src/rehearse/previous/sweep-cell.ts';
import type { SweepCell } from '../../../src/report/migration-report.ts';
import { buildFiles } from '../../support/build-files.ts';
import { describeWithEngine, type EngineTest, openEngineTest } from '../../support/engine.ts';
import { buildKioskBase } from '../../support/kiosk-base.ts';
import { openRunTest, startTestRunner } from '../django/runner-test.ts';
import { readRelease, readReleaseCases } from './release-cases.ts';

const cases = await readReleaseCases();
const variants = cases.flatMap(({ name, unsafe, safe }) => [
  { change: `${name}/unsafe` as const, name, expected: unsafe },
  { change: `${name}/safe` as const, name, expected: safe },
]);

const migration = (after: string, operation: string): string =>
  `from django.db import migrations, models\n\nclass Migration(migrations.Migration):\n` +
  `    dependencies = [("library", "${after}")]\n    operations = [${operation}]\n`;

/** The last of them goes back, the one before fails on its way, and the first knows no way. */
const oneWayMigrations: Readonly<Record<string, string>> = {
  'library/migrations/0002_fill.py': migration(
    '0001_initial',
    'migrations.RunPython(lambda apps, editor: None)',
  ),
  'library/migrations/0003_view.py': migration(
    '0001_initial',
    'migrations.RunSQL("CREATE VIEW shelves AS SELECT 1", "DROP VIEW no_such_view")',
  ),
  'library/migrations/0004_all.py':
    'from django.db import migrations\n\nclass Migration(migrations.Migration):\n' +
    '    dependencies = [("library", "0002_fill"), ("library", "0003_view")]\n    operations = []\n',
};

describeWithEngine('the planted changes of examples/releases', () => {
  let t: EngineTest;
  let run: RehearsalRun;
  let runner: DjangoRunner;
  let postgres: PostgresAddress;
  let control: SweepCell;
  let databaseHost: string;

  const manage = (change: string): string => `/releases/${change}/manage.py`;
  const on = ({ database }: PostgresAddress) => ({ DATABASE_NAME: database });

  beforeAll(async () => {
    t = await openEngineTest(900_000);
    const files: Record<string, string> = {};
    for (const [directory, release] of [
      ['v1', await readRelease()],
      ['one-way', { ...(await readRelease()), ...oneWayMigrations }],
      ...(await Promise.all(
        variants.map(async ({ change }) => [change, await readRelease(change)] as const),
      )),
    ] as const) {
      for (const [name, text] of Object.entries(release)) {
        files[`releases/${directory}/${name}`] = text;
      }
    }
    const base = await buildKioskBase();
    const Dockerfile = `FROM ${base}\nENV PYTHONDONTWRITEBYTECODE=1\nWORKDIR /releases/v1\nCOPY releases /releases\n`;
    const image = await buildFiles(
      t.engine,
      `djdev-${t.worktree}`,
      { Dockerfile, ...files },
      t.signal,
    );
    t.scope.defer(async () => {
      await t.engine.removeImage(image, AbortSignal.timeout(60_000));
    });
    const service = { name: 'postgres', kind: 'postgres', image: 'postgres:17' } as const;
    const plan = planScratchPostgres(service, 'library');
    ({ run } = await openRunTest(t, {
      SECRET_KEY: 'for-this-test',
      DATABASE_HOST: plan.host,
      DATABASE_NAME: plan.database,
      DATABASE_USER: plan.user,
      DATABASE_PASSWORD: plan.password,
    }));
    const server = await startScratchPostgres(run.context, plan, {
      network: run.network,
      containerName: run.nameFor('postgres'),
      ownership: run.ownership('postgres'),
      onLine: () => undefined,
    });
    postgres = server.address;
    databaseHost = plan.host;
    runner = await startTestRunner({ run, events: [], findings: () => [] }, image);
    for (const argv of [['migrate'], ['stock']]) {
      const result = await runner.run({ argv, manage: manage('v1') }, t.signal);
      expect(result).toMatchObject({ exitCode: 0 });
    }
    control = await sweep('old', 'old', 'v1', postgres);
    expect(control).toMatchObject({ models: 5, notSwept: [], failures: [] });
  });

  afterAll(async () => {
    await t[Symbol.asyncDispose]();
  });

  const sweep = (
    code: 'old' | 'new',
    schema: 'old' | 'new',
    release: string,
    at: PostgresAddress,
  ): Promise<SweepCell> =>
    sweepCell(runner, { code, schema }, { manage: manage(release), environment: on(at) }, t.signal);

  /** A team that has set lock_timeout, but for the change that is about that. */
  const politely = (change: string): Readonly<Record<string, string>> =>
    change.startsWith('waits-for-a-lock/') ? {} : { PGOPTIONS: '-c lock_timeout=2s' };

  /** As the migrate step does it: observed, on tables that hold made-up rows. */
  const migrate = async (change: string, at: PostgresAddress) => {
    const surroundings = { clock: systemClock, signal: t.signal };
    const facts = {
      data: 'synthetic',
      django: [5, 2],
      budgetMs: 500,
      locate: (file: string) => file,
    } as const;
    await using observation = await observeMigrations(
      surroundings,
      { address: at, host: databaseHost },
      () => facts,
    );
    const result = await runWithMigrateEvents(
      runner,
      {
        argv: ['migrate'],
        manage: manage(change),
        environment: { ...on(at), ...politely(change) },
        onEvent: observation.add,
        observe: observation.options,
      },
      t.signal,
    );
    return { result, migrations: (await observation.finish()).migrations };
  };

  /** In place of the one before. */
  const clone = (from: PostgresAddress) => copyDatabase(from, 'clone', t.signal);

  test.each(variants)('$change', async ({ change, expected }) => {
    const migrated = await clone(postgres);
    const { result, migrations } = await migrate(change, migrated);
    const reasons = migrations.flatMap((one) => one.reasons.map(({ sentence }) => sentence));
    const { verdict, says = '' } = expected;
    expect({ verdict: worstVerdict(migrations), reasons: reasons.join(' ') }).toEqual({
      verdict,
      reasons: expect.stringContaining(says),
    });
    if (expected.fails !== undefined) {
      expect(result.exitCode).toBe(1);
      expect(JSON.stringify(result.errors)).toContain(JSON.stringify(expected.fails).slice(1, -1));
    } else {
      expect(result).toMatchObject({ exitCode: 0 });
      const cells = [
        control,
        ...(await Promise.all([
          sweep('old', 'new', 'v1', migrated),
          sweep('new', 'old', change, postgres),
          sweep('new', 'new', change, migrated),
        ])),
      ];
      const changes = migrations.flatMap(({ schemaChanges }) => schemaChanges);
      expect(decideDeployOrder({ cells, changes })).toMatchObject({ order: expected.order });
      expect(cells.flatMap(({ notSwept }) => notSwept)).toEqual(
        expected.order === 'any-order' ? [] : expect.any(Array),
      );
    }
  });

  test.each(variants.filter(({ expected }) => expected.longReader !== undefined))(
    'behind a long reader: $change',
    async ({ change, expected }) => {
      const copy = await clone(postgres);
      const release = [['python', manage(change), 'migrate']];
      const project = { ...run.project, rehearse: { ...run.project.rehearse, release } };
      const { longReader, table, migration } = await tryLongReader(run.context, copy, () =>
        migrateClone({ ...run, project }, runner, on(copy)),
      );
      expect({ ...longReader, table }).toMatchObject({
        outcome: expected.longReader,
        table: 'public.library_loan',
      });
      const isPolite = expected.longReader === 'gave-up';
      expect(migration.exitCode).toBe(isPolite ? 1 : 0);
      // 0.3 s of lock_timeout against the 2 s of the reader.
      if (!isPolite) expect(longReader.worstStallMs).toBeGreaterThan(500);
    },
  );

  test('migrations are taken back, and those that cannot be are named', async () => {
    const copy = await clone(postgres);
    const call = { manage: manage('one-way'), environment: on(copy) };
    await runner.run({ argv: ['migrate'], ...call }, t.signal);
    const applied = ['0002_fill', '0003_view', '0004_all'].map((name) => ({
      app: 'library',
      name,
    }));
    expect(await runReverse(runner, call, applied, t.signal)).toEqual([
      { type: 'reversed', app: 'library', name: '0004_all' },
      {
        type: 'reverse-failed',
        app: 'library',
        name: '0003_view',
        error: 'view "no_such_view" does not exist',
      },
      {
        type: 'irreversible',
        app: 'library',
        name: '0002_fill',
        operation: 'Raw Python operation',
      },
    ]);
  });
});
