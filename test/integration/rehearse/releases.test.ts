import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyDatabase, dropDatabase } from '../../../src/database/copy-database.ts';
import { planScratchPostgres } from '../../../src/database/plan-scratch-postgres.ts';
import { type PostgresAddress } from '../../../src/database/postgres-session.ts';
import { startScratchPostgres } from '../../../src/database/scratch-postgres.ts';
import { type DjangoRunner } from '../../../src/django/django-runner.ts';
import { decideDeployOrder } from '../../../src/migrations/deploy-order.ts';
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

describeWithEngine('the planted changes of examples/releases', () => {
  let t: EngineTest;
  let runner: DjangoRunner;
  let postgres: PostgresAddress;
  let control: SweepCell;
  let clones = 0;

  const manage = (change: string): string => `/releases/${change}/manage.py`;
  const on = ({ database }: PostgresAddress) => ({ DATABASE_NAME: database });

  beforeAll(async () => {
    t = await openEngineTest(400_000);
    const files: Record<string, string> = {};
    for (const [directory, release] of [
      ['v1', await readRelease()],
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
    const service = { name: 'postgres', kind: 'postgres', image: 'postgres:17' } as const;
    const plan = planScratchPostgres(service, 'library');
    const { run } = await openRunTest(t, {
      SECRET_KEY: 'for-this-test',
      DATABASE_HOST: plan.host,
      DATABASE_NAME: plan.database,
      DATABASE_USER: plan.user,
      DATABASE_PASSWORD: plan.password,
    });
    const server = await startScratchPostgres(run.context, plan, {
      network: run.network,
      containerName: run.nameFor('postgres'),
      ownership: run.ownership('postgres'),
      onLine: () => undefined,
    });
    postgres = server.address;
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

  const clone = (from: PostgresAddress) => copyDatabase(from, `clone_${(clones += 1)}`, t.signal);

  test.each(variants)('$change', async ({ change, expected }) => {
    const migrated = await clone(postgres);
    const result = await runner.run(
      { argv: ['migrate'], manage: manage(change), environment: on(migrated) },
      t.signal,
    );
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
      expect(decideDeployOrder({ cells, changes: [] })).toMatchObject({ order: expected.order });
      expect(cells.flatMap(({ notSwept }) => notSwept)).toEqual(
        expected.order === 'any-order' ? [] : expect.any(Array),
      );
    }
    await dropDatabase(migrated, t.signal);
  });
});
