import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeWithEngine } from '../../support/engine.ts';
import { libraryFiles } from './library-files.ts';
import { openRehearsal, type RehearsalTest } from './rehearse-project.ts';

const run = promisify(execFile);

const migration = (dependencies: readonly string[], operations = '', before = ''): string =>
  `${before}from django.db import connections, migrations, models

class Migration(migrations.Migration):
    dependencies = [${dependencies.map((name) => `("library", "${name}")`).join(', ')}]
    operations = [${operations}]
`;

/** Takes a row's lock, and asks for the same row on a connection of its own. */
const waitsForItself = `def wait_for_itself(apps, editor):
    from django.db import connections
    editor.execute("UPDATE library_book SET pages = 1 WHERE isbn = 'secret-isbn'")
    editor.execute("LOCK TABLE library_book")
    other = connections["default"].copy()
    other.cursor().execute("UPDATE library_book SET pages = 2 WHERE isbn = 'secret-isbn'")

`;

describeWithEngine('a history of migrations that does not fit', () => {
  let t: RehearsalTest;
  let written: string[] = [];

  const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(t.project.root, name);
      await writeFile(file, text);
      written.push(file);
    }
  };

  const migrate = async (files: Readonly<Record<string, string>>, flags = {}) => {
    await write(
      Object.fromEntries(
        Object.entries(files).map(([name, text]) => [`library/migrations/${name}.py`, text]),
      ),
    );
    const rehearsed = await t.run({ only: ['migrate'], ...flags });
    expect(rehearsed.leftovers).toEqual([]);
    const failures = rehearsed.findings.filter(({ level }) => level === 'fail');
    return { ...rehearsed, failure: failures[0] };
  };

  beforeAll(async () => {
    t = await openRehearsal(await libraryFiles());
    const git = (...args: readonly string[]) =>
      run('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        cwd: t.project.root,
      });
    await git('init', '--quiet');
    await write({ 'library/migrations/0002_later.py': migration(['0001_initial']) });
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'v1');
    await git('tag', 'v1');
  });

  beforeEach(async () => {
    await Promise.all(written.map((file) => rm(file, { force: true })));
    written = [];
  });

  afterAll(async () => {
    await t[Symbol.asyncDispose]();
  });

  test('two leaves', async () => {
    const two = { '0002_a': migration(['0001_initial']), '0002_b': migration(['0001_initial']) };
    const { failure, report } = await migrate(two);
    expect(report.verdict).toBe('fail');
    expect(failure?.title).toContain('Conflicting migrations detected');
    expect(failure?.hint).toContain('makemigrations --merge');
  });

  test('migrations that wait for each other', async () => {
    const circle = { '0002_a': migration(['0003_b']), '0003_b': migration(['0002_a']) };
    const { failure, report } = await migrate(circle);
    expect(report.verdict).toBe('fail');
    expect(failure?.title).toContain('CircularDependencyError');
    expect(failure?.hint).toMatch(/^These migrations wait for each other\./);
  });

  test('a migration that depends on a missing one', async () => {
    const { failure, report } = await migrate({ '0003_c': migration(['0002_gone']) });
    expect(report.verdict).toBe('fail');
    expect(failure?.title).toContain('NodeNotFoundError');
    expect(failure?.hint).toMatch(/^A migration depends on one that does not exist\./);
  });

  test('a database that is further than the history says', async () => {
    const previous = { kind: 'git', reference: 'v1', location: undefined } as const;
    const between = {
      '0001_between': migration(['0001_initial']),
      '0002_later': migration(['0001_between']),
    };
    const { failure, report } = await migrate(between, {
      previous,
      only: ['migrate', 'previous', 'rollout'],
    });
    expect(report.error).toBeUndefined();
    expect(report.verdict).toBe('fail');
    expect(failure?.title).toContain('InconsistentMigrationHistory');
    expect(failure?.hint).toMatch(/^The database has a migration without one that it depends on\./);
    // The old release went on serving: that is said, too.
    expect(report.migrations?.oldRelease).toMatchObject({ errors: [], cells: [] });
  });

  test('a migration that never ends is cut off, with what it waits for', async () => {
    const manifest = (await libraryFiles())['djdev.yaml'] ?? '';
    await writeFile(
      path.join(t.project.root, 'djdev.yaml'),
      `${manifest}  budgets: { migrate: 5s }\n`,
    );
    const { failure, report, outcomes } = await migrate({
      '0002_hang': migration(
        ['0001_initial'],
        'migrations.RunPython(wait_for_itself, migrations.RunPython.noop)',
        waitsForItself,
      ),
    });
    expect(report.verdict).toBe('fail');
    expect(outcomes.migrate).toBe('failed');
    expect(failure).toMatchObject({
      code: 'migration-over-budget',
      title: 'The release commands did not end within 5 s: one waits for a lock.',
      detail: expect.stringMatching(/waits \(Lock \w+, held by .*\) with: UPDATE library_book SET/),
    });
    expect(JSON.stringify(report)).not.toContain('secret-isbn');
  });
});
