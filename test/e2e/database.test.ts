import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Checkout } from '../support/checkout.ts';
import { describeWithEngine } from '../support/engine.ts';
import { lastLine } from '../support/spawn-djdev.ts';
import { openUpKiosk } from '../support/up-kiosk.ts';

const dump = `--
-- PostgreSQL database dump
--

CREATE TABLE public.person (id int PRIMARY KEY, email text);

ALTER TABLE public.person OWNER TO production;

COPY public.person (id, email) FROM stdin;
1	ann@example.com
2	\\N
\\.

--
-- PostgreSQL database dump complete
--
`;

describeWithEngine('the development database as a whole', () => {
  let kiosk: Checkout;
  let state: string;
  beforeAll(async () => {
    state = await mkdtemp(path.join(tmpdir(), 'djdev-state-'));
    kiosk = await openUpKiosk();
    await writeFile(path.join(kiosk.root, 'prod.sql.gz'), gzipSync(dump));
    await writeFile(path.join(kiosk.root, 'cut.sql'), dump.slice(0, dump.indexOf('2\t')));
  });
  afterAll(async () => {
    await kiosk[Symbol.asyncDispose]();
    await rm(state, { recursive: true });
  });

  const djdev = (...args: string[]) =>
    kiosk.run(args, { XDG_STATE_HOME: state, CI: undefined, DJDEV_COLOR: 'never' });
  const people = async (): Promise<string> =>
    (await djdev('psql', '-Atc', 'SELECT count(*) FROM person')).stdout.trim();

  test('imports, keeps, puts back, exports, and leaves a dump when its volume goes', async () => {
    const imported = await djdev('db', 'import', 'prod.sql.gz', '--json');
    expect(imported.exitCode).toBe(0);
    const { kept, tables } = JSON.parse(lastLine(imported.stdout)) as {
      kept: string;
      tables: number;
    };
    expect({ kept, tables }).toEqual({
      kept: expect.stringMatching(/^before-import-/u),
      tables: 1,
    });
    expect(await people()).toBe('2');

    expect((await djdev('snapshot', 'save', 'clean')).stdout).toMatch(/^Saved clean: /u);
    await djdev('psql', '-c', 'DELETE FROM person');
    const restored = await djdev('snapshot', 'restore', 'clean');
    expect(restored.stdout).toMatch(
      /^Restored clean in .*\. What was there is the snapshot before-restore-/u,
    );
    expect(await people()).toBe('2');
    const { stdout } = await djdev('snapshot', 'list', '--json');
    const { snapshots } = JSON.parse(lastLine(stdout)) as { snapshots: { reason: string }[] };
    expect(snapshots.map(({ reason }) => reason)).toEqual([
      'before restore',
      'manual',
      'before import',
    ]);
    expect((await djdev('snapshot', 'list')).stdout).toMatch(
      /^NAME .*\n.*\nclean +now +[\d.]+ MB +– +none\n/u,
    );

    // A dump that is cut off changes nothing.
    const refused = await djdev('db', 'import', 'cut.sql');
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain(
      'cut.sql is not a whole dump of Postgres: it ends in the middle of a table.',
    );
    expect(await people()).toBe('2');

    const profile = await djdev('db', 'profile');
    expect(JSON.parse(profile.stdout)).toEqual({
      version: 1,
      tables: {
        'public.person': {
          rows: 2,
          columns: {
            id: { nullFraction: 0, distinct: -1, averageBytes: 4 },
            email: { nullFraction: 0.5, distinct: -0.5, averageBytes: 16 },
          },
        },
      },
    });
    expect(profile.stdout).not.toContain('example.com');

    expect((await djdev('db', 'export', 'out.sql.gz')).exitCode).toBe(0);
    const exported = gunzipSync(await readFile(path.join(kiosk.root, 'out.sql.gz'))).toString(
      'utf8',
    );
    expect(exported).toContain('1\tann@example.com');
    expect((await djdev('db', 'export', '-')).stdout.startsWith('PGDMP')).toBe(true);

    expect((await djdev('db', 'reset')).stdout).toContain('The database is empty.');
    expect(await people()).toBe('');
    const [last] = (await djdev('snapshot', 'list')).stdout.split('\n')[1]?.split(' ') ?? [];
    expect((await djdev('snapshot', 'restore', last ?? '')).exitCode).toBe(0);
    await djdev('psql', '-c', 'ANALYZE');

    const down = await djdev('down', '-v');
    expect(down.stderr).toContain('It comes back with: djdev db import');
    const [file = ''] = await readdir(path.join(state, 'djdev', 'dumps'));
    expect((await djdev('db', 'import', path.join(state, 'djdev', 'dumps', file))).exitCode).toBe(
      0,
    );
    expect(await people()).toBe('2');
  });

  test('gives a rehearsal a clone of what a dump holds', async () => {
    await writeFile(
      path.join(kiosk.root, 'djdev.local.yaml'),
      'rehearse:\n  data: { dump: prod.sql.gz, mask: mask.sql }\n',
    );
    await writeFile(path.join(kiosk.root, 'mask.sql'), 'UPDATE person SET mail = 1;');
    const only = ['--only', 'database'];
    const failed = await kiosk.rehearse(only);
    expect(failed.report.error).toMatchObject({
      code: 'DJ-DATA-MASK',
      location: { file: expect.stringMatching(/mask\.sql$/u), line: 1 },
    });
    await writeFile(path.join(kiosk.root, 'mask.sql'), `UPDATE person SET email = 'x';`);
    const summaryOf = async (args: readonly string[]): Promise<string> => {
      const { report } = await kiosk.rehearse([...only, ...args]);
      return report.steps.find(({ id }) => id === 'database')?.summary ?? '';
    };
    expect(await summaryOf([])).toMatch(/^prod\.sql\.gz: .*, 2 rows, restored in .*, cloned in /u);
    expect(await summaryOf([])).toMatch(/^prod\.sql\.gz: .*, restored \d{4}-.* UTC, cloned in /u);
    expect(await summaryOf(['--no-data'])).toMatch(/^postgres:17, first session/u);
    expect((await kiosk.run(['rehearse', '--plan'])).stdout).toContain('Data        prod.sql.gz\n');
    expect(await kiosk.listLeftovers()).toContain('volume data');
  });

  test('says what an action is called, and what it needs', async () => {
    const wrong = await djdev('snapshot', 'lst');
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('djdev snapshot cannot lst: it can save, restore, list, rm.'),
    ]);
    expect(wrong.stderr).toContain('Did you mean djdev snapshot list?');
    expect((await djdev('snapshot', 'save')).stderr).toContain('Write djdev snapshot save NAME.');
    expect((await djdev('db', 'profile', '--url-from', 'NO_SUCH_URL')).exitCode).toBe(2);
  });
});
