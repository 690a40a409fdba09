import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { openCheckout, openKiosk } from '../support/checkout.ts';
import { describeWithEngine } from '../support/engine.ts';
import { lastLine } from '../support/spawn-djdev.ts';
import { withProject } from '../support/with-project.ts';

const shelf = `from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stock", "0002_fill")]
    operations = [
        migrations.AddField("Item", "shelf", models.IntegerField(default=0)),
    ]
`;

const index = `from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("stock", "0003_shelf")]
    operations = [
        AddIndexConcurrently("Item", models.Index(fields=["name"], name="item_name")),
    ]
`;

const withShelf = {
  'stock/migrations/0003_shelf.py': shelf,
  'stock/migrations/0004_index.py': index,
};

interface Result {
  readonly verdict: string;
  readonly data: string;
  readonly migrations: readonly { readonly name: string; readonly verdict: string }[];
  readonly reasons: readonly {
    readonly rule: string;
    readonly location?: { readonly file: string; readonly line?: number };
    readonly recipe?: { readonly id: string };
  }[];
}

describeWithEngine('djdev migrations', () => {
  test('checks what a branch adds, and leaves nothing behind', async () => {
    await using kiosk = await openKiosk();
    const git = (...args: readonly string[]): Buffer =>
      execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], {
        cwd: kiosk.root,
      });
    git('init', '--quiet', '--initial-branch=main');
    git('add', '-A');
    git('commit', '--quiet', '--message', 'First');
    for (const [file, text] of Object.entries(withShelf)) await kiosk.write(file, text);

    const { exitCode, stdout, stderr } = await kiosk.run([
      'migrations',
      'check',
      '--since',
      'main',
      '--json',
    ]);
    const result = JSON.parse(lastLine(stdout)) as Result;
    expect({ exitCode, stderr: exitCode === 1 ? '' : stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(result).toMatchObject({ verdict: 'unsafe', data: 'synthetic' });
    expect(result.migrations.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
      '0003_shelf unsafe',
      '0004_index safe',
    ]);
    expect(result.reasons[0]).toMatchObject({
      rule: 'column-required-added',
      location: { file: 'stock/migrations/0003_shelf.py', line: 7 },
      recipe: { id: 'required-column' },
    });

    const show = await kiosk.run(['migrations', 'show', 'stock.0004']);
    expect(show.exitCode).toBe(0);
    expect(show.stdout).toContain('CREATE INDEX CONCURRENTLY "item_name" ON "stock_item" ("name")');
    expect(show.stdout).toContain('ShareUpdateExclusiveLock on public.stock_item');

    const list = await kiosk.run(['migrations', 'list']);
    expect(list.stdout.trim().split('\n')).toEqual([
      'unknown  stock.0001_initial',
      'unknown  stock.0002_fill',
      'unknown  stock.0003_shelf',
      'unknown  stock.0004_index',
    ]);

    const unsaid = await kiosk.run(['migrations', 'check']);
    expect(unsaid.exitCode).toBe(2);
    expect(unsaid.stderr).toContain('The development database does not run');
    const unknown = await kiosk.run(['migrations', 'check', 'stock.0009']);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain('There is no migration stock.0009.');
    expect(await kiosk.listLeftovers()).toEqual([]);
  });

  test('traces a script without any project', async () => {
    await using checkout = await openCheckout(
      await withProject({
        'schema.sql': 'CREATE TABLE cup (id bigint PRIMARY KEY, name text);\n',
        'index.sql': '-- slow\nCREATE INDEX cup_name ON cup (name);\n',
        'gentle.sql': "SET lock_timeout = '1s'; ALTER TABLE cup ADD colour text;\n",
      }),
    );
    const trace = async (...args: readonly string[]) =>
      await checkout.run(['migrations', 'trace', ...args]);
    const bad = await trace('--sql', 'index.sql', '--setup', 'schema.sql', '--json');
    expect(bad.exitCode).toBe(1);
    expect(JSON.parse(lastLine(bad.stdout))).toMatchObject({
      verdict: 'unsafe',
      reasons: [{ rule: 'lock-during-index-build', location: { file: 'index.sql', line: 2 } }],
    });
    const good = await trace('--sql', 'gentle.sql', '--setup', 'schema.sql');
    expect(good).toMatchObject({ exitCode: 0, stderr: '' });
    expect(good.stdout).toMatch(/^safe +gentle\.sql \d/u);
    const missing = await trace('--sql', 'nobody.sql');
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toContain('The script nobody.sql cannot be read');
  });
});
