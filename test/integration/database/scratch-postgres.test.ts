import { expect, test } from 'vitest';
import { readMigrationRows } from '../../../src/database/migration-rows.ts';
import { planScratchPostgres } from '../../../src/database/plan-scratch-postgres.ts';
import { withPostgresSession } from '../../../src/database/postgres-session.ts';
import { runDatabase } from '../../../src/rehearse/steps/database.ts';
import { describeWithEngine, openEngineTest } from '../../support/engine.ts';
import { leftoversOf } from '../../support/sweep.ts';
import { buildProjectImage } from '../django/django-image.ts';
import { openRunTest } from '../django/runner-test.ts';

const service = { name: 'postgres', kind: 'postgres', image: 'postgres:17' } as const;

describeWithEngine('the scratch Postgres', () => {
  test('takes sessions as planned, with production’s durability, and goes with its scope', async () => {
    await using t = await openEngineTest();
    const { run, events } = await openRunTest(t);
    const plan = planScratchPostgres(service, 'shop');
    {
      await using _ = run.context.scope;
      const { value: postgres, summary } = await runDatabase(run, plan);
      if (!postgres) throw new Error('no Postgres');
      expect(summary).toMatch(/^postgres:17, first session after \d+ ms$/u);
      const [row] = await withPostgresSession(postgres.address, t.signal, (query) =>
        query(`SELECT current_user AS "user", current_database() AS "database",
                      current_setting('fsync') AS fsync,
                      current_setting('synchronous_commit') AS commit`),
      );
      expect(row).toEqual({ user: 'shop', database: 'shop', fsync: 'on', commit: 'on' });
      const said = events.filter(({ type }) => type === 'line-logged');
      expect(JSON.stringify(said)).toContain('database system is ready to accept connections');
      expect(JSON.stringify(events)).not.toContain(plan.password.reveal());
    }
    expect((await leftoversOf(t.engine, t.worktree)).map(({ kind }) => kind)).toEqual(['network']);
  });

  test('refuses a wrong password', async () => {
    await using t = await openEngineTest();
    const { run } = await openRunTest(t);
    const { value } = await runDatabase(run, planScratchPostgres(service, 'shop'));
    if (!value) throw new Error('no Postgres');
    const { password } = planScratchPostgres(service, 'other');
    const session = withPostgresSession({ ...value.address, password }, t.signal, (query) =>
      query('SELECT 1'),
    );
    await expect(session).rejects.toMatchObject({
      code: 'DJ-DATABASE-QUERY',
      message:
        'The scratch Postgres refused a session: password authentication failed for user "shop" (28P01).',
    });
  });

  test('finds django_migrations in any schema', async () => {
    await using t = await openEngineTest();
    const { run } = await openRunTest(t);
    const { value } = await runDatabase(run, planScratchPostgres(service, 'shop'));
    if (!value) throw new Error('no Postgres');
    expect(await readMigrationRows(value.address, t.signal)).toEqual({
      tableExists: false,
      applied: [],
      tableCount: 0,
    });
    await withPostgresSession(value.address, t.signal, (query) =>
      query(`CREATE SCHEMA "my app";
             CREATE TABLE "my app".django_migrations (app text, name text);
             INSERT INTO "my app".django_migrations VALUES ('shop', '0001_initial')`),
    );
    expect(await readMigrationRows(value.address, t.signal)).toEqual({
      tableExists: true,
      applied: [{ app: 'shop', name: '0001_initial' }],
      tableCount: 1,
    });
  });

  test('runs the scripts that an image brings, by the image’s own entrypoint', async () => {
    await using t = await openEngineTest();
    const image = await buildProjectImage(
      t,
      { 'ready.sql': 'CREATE TABLE cup (name text);' },
      ['FROM postgres:17', 'COPY ready.sql /docker-entrypoint-initdb.d/'].join('\n'),
    );
    const { run } = await openRunTest(t);
    const { value } = await runDatabase(run, planScratchPostgres({ ...service, image }, 'shop'));
    if (!value) throw new Error('no Postgres');
    expect((await readMigrationRows(value.address, t.signal)).tableCount).toBe(1);
  });

  test('a server that ends says why', async () => {
    await using t = await openEngineTest();
    const script = 'echo "FATAL: out of cups" >&2; exit 5';
    const image = await buildProjectImage(
      t,
      {},
      ['FROM postgres:17', `ENTRYPOINT ["sh", "-c", ${JSON.stringify(script)}]`].join('\n'),
    );
    const { run } = await openRunTest(t);
    const started = runDatabase(run, planScratchPostgres({ ...service, image }, 'shop'));
    await expect(started).rejects.toMatchObject({
      code: 'DJ-DATABASE-START',
      message: `The scratch Postgres "postgres" (${image}) ended with exit code 5.`,
      output: ['FATAL: out of cups'],
    });
  });

  test('an abort while it starts is the end of it', async () => {
    await using t = await openEngineTest();
    const { run } = await openRunTest(t);
    const stop = new AbortController();
    const aborted: typeof run = { ...run, context: { ...run.context, signal: stop.signal } };
    const starting = runDatabase(aborted, planScratchPostgres(service, 'shop'));
    setTimeout(() => stop.abort(new Error('Ctrl-C')), 400);
    await expect(starting).rejects.toThrow('Ctrl-C');
  });
});
