// What observing adds to `manage.py migrate`.
//
//   node test/bench/migrations.ts                        medians of 9 rounds
//   DJDEV_BENCH_ROUNDS=5 node test/bench/migrations.ts
//
// The same pending migrations on the same rows, plain and observed in turn, by the same warm Python:
// each round begins with a fresh copy of one database. `first` is a first deploy, 24 migrations of an
// empty database; `small` is 21 migrations of tables with 60 rows, where asking costs most; `large`
// is one migration of a table with 300,000 rows. The time is that of the command; "in all" has the
// beginning and the end of observing, too.
import { systemClock } from '../../src/context/clock.ts';
import { planScratchPostgres } from '../../src/database/plan-scratch-postgres.ts';
import { type PostgresAddress, withPostgresSession } from '../../src/database/postgres-session.ts';
import { fillTables } from '../../src/database/synthetic/fill-tables.ts';
import type { DjangoRunner } from '../../src/django/django-runner.ts';
import { runWithMigrateEvents } from '../../src/django/run-migrate.ts';
import { observeMigrations } from '../../src/migrations/observe-migrations.ts';
import { runDatabase } from '../../src/rehearse/steps/database.ts';
import { buildProjectImage } from '../integration/django/django-image.ts';
import { openRunTest, startTestRunner } from '../integration/django/runner-test.ts';
import { yardCases, yardMigration, yardProject } from '../integration/migrations/yard-project.ts';
import { openEngineTest } from '../support/engine.ts';
import { formatMeasurements, median } from './measure.ts';

const rounds = Number(process.env['DJDEV_BENCH_ROUNDS'] ?? 9);
const signal = AbortSignal.timeout(30 * 60_000);

const largeMigration = yardCases.findIndex(({ name }) => name === 'filled_then_required');

interface Bench {
  readonly address: PostgresAddress;
  readonly host: string;
  readonly runner: DjangoRunner;
}

await using opened = await openEngineTest();
const t = { ...opened, signal };
const image = await buildProjectImage(t, yardProject);
const plan = planScratchPostgres(
  { name: 'postgres', kind: 'postgres', image: 'postgres:17' },
  'yard',
);
const test = await openRunTest(t, {
  DJANGO_SETTINGS_MODULE: 'demo.production',
  SECRET_KEY: 'bench',
  POSTGRES_HOST: plan.host,
  POSTGRES_PORT: String(plan.port),
  POSTGRES_NAME: plan.database,
  POSTGRES_USER: plan.user,
  POSTGRES_PASSWORD: plan.password,
});
const { value: server } = await runDatabase(test.run, plan);
if (!server) throw new Error('no Postgres');
const runner = await startTestRunner(test, image);
const bench: Bench = { address: server.address, host: plan.host, runner };
await compare('first', 'A first deploy', [], async () => undefined);
await compare('small', '21 migrations, 60 rows in each table', [], (query) => fillTables(query));
await compare(
  'large',
  'NOT NULL with a default on 300,000 rows',
  ['shop', yardMigration(largeMigration)],
  (query) =>
    query(
      `INSERT INTO shop_yard04 (name, total) SELECT 'name ' || i, nullif(i % 10, 0) FROM generate_series(1, 300000) i`,
    ),
);

async function compare(
  name: string,
  title: string,
  target: readonly string[],
  fill: (query: Parameters<Parameters<typeof withPostgresSession>[2]>[0]) => Promise<unknown>,
): Promise<void> {
  await renew('template1');
  // For the large table everything before its migration is no part of the time.
  const before = name === 'small' ? '0002' : yardMigration(largeMigration - 1);
  if (name !== 'first') {
    await migrate(['shop', before]);
    await migrate(['auth']);
  }
  await withPostgresSession(bench.address, signal, fill);
  const template = `${bench.address.database}_${name}`;
  await admin(
    `DROP DATABASE IF EXISTS ${template}`,
    `CREATE DATABASE ${template} TEMPLATE ${bench.address.database}`,
  );
  const times = new Map<string, number[]>();
  const note = (who: string, ms: number): void =>
    void times.set(who, [...(times.get(who) ?? []), ms]);
  for (let round = 0; round <= rounds; round += 1) {
    await renew(template);
    const plainMs = await migrate(target);
    await renew(template);
    const startedMs = performance.now();
    const observedMs = await migrateObserved(target);
    // The first one is what warms up.
    if (round === 0) continue;
    note('migrate', plainMs);
    note('observed', observedMs);
    note('observed, in all', performance.now() - startedMs);
  }
  const results = [...times].map(([who, values]) => ({
    name: who,
    medianMs: median(values),
    fastestMs: Math.min(...values),
    slowestMs: Math.max(...values),
  }));
  process.stdout.write(`${title}, median of ${rounds}\n${formatMeasurements(results)}\n\n`);
}

async function migrateObserved(target: readonly string[]): Promise<number> {
  const observation = await observeMigrations({ clock: systemClock, signal }, bench, () => ({
    data: 'synthetic',
    django: [5, 2],
    locate: (file) => file,
  }));
  const ms = await migrate(target, observation);
  const { migrations } = await observation.finish();
  if (migrations.length === 0) throw new Error('Nothing was observed.');
  return ms;
}

async function migrate(
  target: readonly string[],
  observation?: Awaited<ReturnType<typeof observeMigrations>>,
): Promise<number> {
  const startedMs = performance.now();
  const { exitCode, tail } = await runWithMigrateEvents(
    bench.runner,
    {
      argv: ['migrate', '--noinput', ...target],
      onEvent: (event) => observation?.add(event),
      observe: observation?.options,
    },
    signal,
  );
  if (exitCode !== 0) throw new Error(tail.join('\n'));
  return performance.now() - startedMs;
}

/** The project's database as a copy of another. */
async function renew(template: string): Promise<void> {
  const { database } = bench.address;
  await admin(
    `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`,
    `CREATE DATABASE ${database} TEMPLATE ${template}`,
  );
}

async function admin(...statements: readonly string[]): Promise<void> {
  await withPostgresSession({ ...bench.address, database: 'postgres' }, signal, async (query) => {
    for (const statement of statements) await query(statement);
  });
}
