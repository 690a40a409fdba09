// What it costs to begin a rehearsal with production's data: cloning the template that an earlier
// run restored, against restoring the dump again.
//
//   DJDEV_BENCH_MB=1000 node test/bench/database.ts [rounds]
//
// The peer is pg_restore as people run it, in the same container, from a file on the same disk; it
// gets the same settings without durability. Also: made-up rows for 30 tables.
import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { Scope } from '../../src/context/scope.ts';
import { systemClock } from '../../src/context/clock.ts';
import { cloneDatabase } from '../../src/database/data/golden-template.ts';
import { restoreDump, type RestoreServer } from '../../src/database/data/restore-dump.ts';
import { planScratchPostgres } from '../../src/database/plan-scratch-postgres.ts';
import { type PostgresQuery, withPostgresSession } from '../../src/database/postgres-session.ts';
import { type ScratchPostgres, startScratchPostgres } from '../../src/database/scratch-postgres.ts';
import { fillTables } from '../../src/database/synthetic/fill-tables.ts';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { formatMeasurements, measure } from './measure.ts';

const megabytes = Number(process.env['DJDEV_BENCH_MB'] ?? 1000);
const signal = AbortSignal.timeout(60 * 60_000);
const worktree = `bench-${randomBytes(4).toString('hex')}`;
const ownership = { project: 'djdev-bench', session: worktree, role: 'bench', worktree };

await compare(Number(process.argv[2] ?? 3));

async function compare(rounds: number): Promise<void> {
  await using engine = await connectEngine({ env: process.env, home: homedir() }, signal);
  await using scope = new Scope();
  const postgres = await start(engine, scope);
  const admin = { ...postgres.address, database: 'postgres' };
  await withPostgresSession(admin, signal, async (query) => {
    await makeSource(query, postgres);
    await exec(engine, postgres, ['pg_dump', '-Fc', '-Z1', '-f', '/tmp/origin.dump', 'origin']);
    const [size] = await query(`SELECT pg_database_size('origin')::float8 / 1e6 AS mb`);
    process.stdout.write(`${Math.round(Number(size?.['mb']))} MB, cloned or restored\n`);
    const results = await measure(
      [
        {
          name: 'djdev, the clone',
          run: () => anew(query, () => cloneDatabase(query, 'origin', 'copy')),
        },
        {
          name: 'djdev, the restore',
          run: () => anew(query, () => restore(engine, postgres, query)),
        },
        {
          name: 'pg_restore',
          run: () =>
            anew(query, async () => {
              await query('CREATE DATABASE copy TEMPLATE template0');
              await exec(engine, postgres, ['pg_restore', '-d', 'copy', '/tmp/origin.dump']);
            }),
        },
      ],
      rounds,
    );
    process.stdout.write(`${formatMeasurements(results)}\n`);
    await measureRows(query, postgres);
  });
}

async function start(engine: Engine, scope: Scope): Promise<ScratchPostgres> {
  const network = `djdev-${worktree}`;
  const id = await engine.createNetwork(network, ownership, signal);
  scope.defer(() => engine.removeNetwork(id, AbortSignal.timeout(30_000)));
  const volume = await engine.createVolume(`djdev-${worktree}-data`, ownership, signal);
  scope.defer(() => engine.removeVolume(volume, AbortSignal.timeout(60_000)));
  const service = { name: 'postgres', kind: 'postgres', image: 'postgres:17' } as const;
  const context = { engine, scope, signal, session: worktree, clock: systemClock, emit: () => {} };
  const placement = { network, containerName: volume, ownership, volume, onLine: () => {} };
  return await startScratchPostgres(context, planScratchPostgres(service, 'bench'), placement);
}

/** Rows of about 250 bytes, with the indexes that a shop has. */
async function makeSource(query: PostgresQuery, postgres: ScratchPostgres): Promise<void> {
  for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit', 'autovacuum']) {
    await query(`ALTER SYSTEM SET ${setting} = off`);
  }
  await query(`ALTER SYSTEM SET max_wal_size = '8GB'`);
  await query('SELECT pg_reload_conf()');
  await query('CREATE DATABASE origin');
  const rows = Math.round((megabytes * 1e6) / 315);
  await withPostgresSession({ ...postgres.address, database: 'origin' }, signal, async (inside) => {
    await inside(`CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int NOT NULL,
      email text NOT NULL, placed_at timestamptz NOT NULL, total numeric(10, 2) NOT NULL, note text)`);
    await inside(`INSERT INTO orders SELECT i, i % 50000, 'person' || i || '@example.com',
      timestamptz '2024-01-01' + i * interval '1 minute', i % 900, md5(i::text) || md5((i + 1)::text) || md5((i + 2)::text)
      FROM generate_series(1, ${rows}) i`);
    await inside(
      'CREATE INDEX ON orders (customer_id); CREATE INDEX ON orders (placed_at); CREATE INDEX ON orders (email)',
    );
    await inside('VACUUM ANALYZE');
  });
}

async function anew(query: PostgresQuery, work: () => Promise<void>): Promise<void> {
  await query('DROP DATABASE IF EXISTS copy WITH (FORCE)');
  await work();
}

async function restore(
  engine: Engine,
  postgres: ScratchPostgres,
  query: PostgresQuery,
): Promise<void> {
  await query('CREATE DATABASE copy TEMPLATE template0');
  const { plan, containerId: container } = postgres;
  const { user, password, image } = plan;
  const server: RestoreServer = {
    engine,
    clock: systemClock,
    signal,
    container,
    user,
    password,
    image,
    majorVersion: 17,
  };
  const command = ['cat', '/tmp/origin.dump'];
  await using session = await engine.exec(container, { command }, signal);
  session.stdin.end();
  session.stderr.resume();
  const source = { kind: 'stream', bytes: session.stdout as AsyncIterable<Buffer> } as const;
  const request = { name: 'origin.dump', source, excludeTableData: [], onProgress: () => {} };
  await restoreDump(server, 'copy', request);
}

async function exec(
  engine: Engine,
  postgres: ScratchPostgres,
  command: readonly string[],
): Promise<void> {
  const environment = { PGUSER: postgres.plan.user };
  const result = await engine.execToEnd(postgres.containerId, { command, environment }, signal);
  if (result.exitCode !== 0) throw new Error(result.stderr);
}

/** 30 tables that reference one another, with 60 rows each, and one with 100,000. */
async function measureRows(query: PostgresQuery, postgres: ScratchPostgres): Promise<void> {
  const tables = Array.from({ length: 30 }, (_, index) => {
    const parent = index === 0 ? '' : `, parent_id bigint NOT NULL REFERENCES t${index - 1}`;
    return `CREATE TABLE t${index} (id bigserial PRIMARY KEY, name varchar(80) NOT NULL UNIQUE,
      price numeric(10, 2) NOT NULL CHECK (price >= 0), made_at timestamptz NOT NULL, data jsonb NOT NULL${parent})`;
  });
  await query('CREATE DATABASE rows');
  await withPostgresSession({ ...postgres.address, database: 'rows' }, signal, async (inside) => {
    await inside(tables.join(';'));
    const startedMs = performance.now();
    const { rows } = await fillTables(inside);
    const ms = performance.now() - startedMs;
    process.stdout.write(`${rows} made-up rows in 30 tables: ${ms.toFixed(0)} ms\n`);
    await inside('CREATE TABLE large (LIKE t1 INCLUDING ALL)');
    const largeMs = performance.now();
    await fillTables(inside, { rows: 100_000 });
    process.stdout.write(`100,000 made-up rows: ${(performance.now() - largeMs).toFixed(0)} ms\n`);
  });
}
