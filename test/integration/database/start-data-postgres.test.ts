import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Scope } from '../../../src/context/scope.ts';
import { planScratchPostgres } from '../../../src/database/plan-scratch-postgres.ts';
import { withPostgresSession } from '../../../src/database/postgres-session.ts';
import type { ScratchPostgres } from '../../../src/database/scratch-postgres.ts';
import type { DataDefinition } from '../../../src/project/project.ts';
import { Secret } from '../../../src/project/secret.ts';
import { runDatabase } from '../../../src/rehearse/steps/database.ts';
import { describeWithEngine, type EngineTest, openEngineTest } from '../../support/engine.ts';
import { leftoversOf } from '../../support/sweep.ts';
import { openRunTest, type RunTest } from '../django/runner-test.ts';

const service = { name: 'postgres', kind: 'postgres', image: 'postgres:17' } as const;

const dump = `--
-- PostgreSQL database dump
--

CREATE TABLE public.person (id int PRIMARY KEY, email text NOT NULL);

COPY public.person (id, email) FROM stdin;
1	ann@example.com
2	bob@example.com
\\.

CREATE TABLE public.session (id int PRIMARY KEY, data text NOT NULL);

--
-- PostgreSQL database dump complete
--
`;

describeWithEngine('a Postgres with production’s data', () => {
  let t: EngineTest;
  let opened: RunTest;
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'djdev-data-'));
    await writeFile(path.join(root, 'prod.sql'), dump);
    await writeFile(path.join(root, 'mask.sql'), `UPDATE person SET email = 'x' || id;`);
    t = await openEngineTest();
    opened = await openRunTest(t);
  });
  afterAll(async () => {
    await t[Symbol.asyncDispose]();
    await rm(root, { recursive: true });
  });

  const file = (name: string): DataDefinition['source'] => ({
    kind: 'file',
    path: path.join(root, name),
  });

  /** One run with these data; what it made is gone when `use` is done, but for the volume. */
  async function rehearseOn<T>(
    data: Partial<DataDefinition>,
    use: (postgres: ScratchPostgres, summary: string) => Promise<T>,
    signal = AbortSignal.timeout(100_000),
  ): Promise<T> {
    await using scope = new Scope();
    const definition: DataDefinition = {
      source: file('prod.sql'),
      masks: [],
      excludeTableData: [],
      location: undefined,
      ...data,
    };
    const { run } = opened;
    const project = {
      ...run.project,
      root,
      rehearse: { ...run.project.rehearse, data: definition },
    };
    const context = { ...run.context, scope, signal };
    const { value, summary } = await runDatabase(
      { ...run, project, context, cacheDirectory: path.join(root, 'cache') },
      planScratchPostgres(service, 'shop'),
      { from: 'prod.sql', isRenewed: false },
    );
    if (!value) throw new Error('no Postgres');
    return await use(value, summary);
  }

  const emails = (postgres: ScratchPostgres): Promise<readonly unknown[]> =>
    withPostgresSession(postgres.address, t.signal, (query) =>
      query('SELECT email FROM person ORDER BY id'),
    );

  test('restores once, masks it, and clones it for every run', async () => {
    const masks = [{ path: path.join(root, 'mask.sql'), location: undefined }];
    await rehearseOn({ masks }, async (postgres, summary) => {
      expect(postgres.data).toMatchObject({
        source: 'prod.sql',
        rows: 2,
        tables: 2,
        isFresh: true,
      });
      expect(summary).toMatch(/^prod\.sql: [\d.]+ MB, 2 rows, restored in .*, cloned in .*$/u);
      expect(await emails(postgres)).toEqual([{ email: 'x1' }, { email: 'x2' }]);
      // Steps make copies of their own; they go too.
      await withPostgresSession(postgres.address, t.signal, (query) =>
        query('CREATE DATABASE left_over'),
      );
      const changed = `DELETE FROM person; SELECT current_setting('fsync') AS fsync`;
      await withPostgresSession(postgres.address, t.signal, (query) => query(changed));
      // The release is migrated with the server's own settings.
      const [row] = await withPostgresSession(postgres.address, t.signal, (query) =>
        query(`SELECT current_setting('fsync') AS fsync`),
      );
      expect(row).toEqual({ fsync: 'on' });
    });
    const said = opened.events.flatMap((event) =>
      event.type === 'step-progressed' ? [event.text] : [],
    );
    expect(said).toEqual(expect.arrayContaining(['masking', 'taking statistics', 'cloning']));
    expect(await leftoversOf(t.engine, t.worktree)).toMatchObject([
      { kind: 'network' },
      { kind: 'volume', ownership: { role: 'data', persistent: true } },
    ]);
    await rehearseOn({ masks }, async (postgres) => {
      expect(postgres.data).toMatchObject({ isFresh: false });
      expect(await emails(postgres)).toHaveLength(2);
      const names = await withPostgresSession(postgres.address, t.signal, (query) =>
        query('SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY datname'),
      );
      expect(names.map(({ datname }) => datname)).toEqual(['postgres', 'shop']);
    });
  });

  test('two runs at once wait for each other', async () => {
    const order: string[] = [];
    const first = rehearseOn({}, async (postgres) => {
      order.push('first begins');
      const second = rehearseOn({}, async () => void order.push('second begins'));
      second.catch(() => {});
      const waiting = (): boolean =>
        opened.events.some(
          (event) => event.type === 'step-progressed' && event.text.startsWith('waiting for'),
        );
      while (!waiting()) await opened.run.context.clock.sleep(20, t.signal);
      expect(await emails(postgres)).toHaveLength(2);
      order.push('first ends');
      return { second };
    });
    await (
      await first
    ).second;
    expect(order).toEqual(['first begins', 'first ends', 'second begins']);
  });

  test('makes up rows for tables without any by a profile', async () => {
    const profile = path.join(root, 'profile.json');
    const column = { nullFraction: 0, distinct: -1, averageBytes: 20 };
    const tables = { 'public.session': { rows: 300, columns: { id: column, data: column } } };
    await writeFile(profile, JSON.stringify({ version: 1, tables }));
    await rehearseOn({ profile }, async (postgres) => {
      expect(postgres.data).toMatchObject({ rows: 302 });
    });
  });

  test('reads a command, and a database by its URL, which it cannot change', async () => {
    const command = ['sh', '-c', 'cat prod.sql'];
    await rehearseOn({ source: { kind: 'command', command } }, async (postgres) => {
      expect(await emails(postgres)).toHaveLength(2);
    });
    const failing = rehearseOn(
      { source: { kind: 'command', command: ['sh', '-c', 'echo no route >&2; exit 3'] } },
      async () => {},
    );
    await expect(failing).rejects.toMatchObject({
      code: 'DJ-DATA-SOURCE',
      message: '“sh -c echo no route >&2; exit 3” gave no dump: it ended with exit code 3.',
      output: ['no route'],
    });
    await using scope = new Scope();
    const { run } = opened;
    const origin = { ...run, context: { ...run.context, scope } };
    const plan = planScratchPostgres({ ...service, name: 'production' }, 'prod');
    const { value } = await runDatabase(origin, plan);
    if (!value) throw new Error('no Postgres');
    await withPostgresSession(value.address, t.signal, (query) =>
      query(`CREATE TABLE person (id int, email text); INSERT INTO person VALUES (7, 'real')`),
    );
    const url = { kind: 'url', variable: 'PRODUCTION_URL', url: plan.url } as const;
    await rehearseOn({ source: url }, async (postgres) => {
      expect(await emails(postgres)).toEqual([{ email: 'real' }]);
    });
    const wrong = new Secret(plan.url.reveal().replace(plan.password.reveal(), 'wrong-word'));
    const refused = rehearseOn({ source: { ...url, url: wrong } }, async () => {});
    await expect(refused).rejects.toMatchObject({ code: 'DJ-DATA-SOURCE' });
    expect(JSON.stringify(opened.events)).not.toContain(plan.password.reveal());
  });

  test('says what is missing or fails, and keeps nothing of it', async () => {
    const source = file('nope.dump');
    const url = { kind: 'url', variable: 'PRODUCTION_URL', url: undefined } as const;
    const mask = path.join(root, 'bad.sql');
    await writeFile(mask, 'SELECT 1;\nUPDATE people SET email = 1;\n');
    const masks = [{ path: mask, location: undefined }];
    const refusals = [
      [
        { source },
        { code: 'DJ-DATA-SOURCE', message: 'nope.dump cannot be read: there is no such file.' },
      ],
      [{ source: url }, { code: 'DJ-ENV-MISSING' }],
      [{ masks }, { code: 'DJ-DATA-MASK', location: { file: mask, line: 2 } }],
    ] as const;
    for (const [data, error] of refusals) {
      await expect(rehearseOn(data, async () => {})).rejects.toMatchObject(error);
    }
    await rehearseOn({}, async (postgres) => {
      const admin = { ...postgres.address, database: 'postgres' };
      const rows = await withPostgresSession(admin, t.signal, (query) =>
        query(`SELECT 1 FROM pg_database WHERE starts_with(datname, 'djdev_golden_')`),
      );
      expect(rows).toHaveLength(1);
    });
  });
});
