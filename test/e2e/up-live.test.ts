import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Checkout } from '../support/checkout.ts';
import { describeWithEngine } from '../support/engine.ts';
import { kioskFiles } from '../support/kiosk.ts';
import type { SpawnedDjdev } from '../support/spawn-djdev.ts';
import { openUpKiosk, upManifest } from '../support/up-kiosk.ts';

/** One stack that is developed; each test leaves the tree as it found it. */
describeWithEngine('edits while djdev up shows the logs', () => {
  let kiosk: Checkout;
  let up: SpawnedDjdev;
  let url = '';

  const read = async (path = ''): Promise<string> => (await fetch(url + path)).text();
  const until = async (check: () => Promise<boolean>): Promise<void> => {
    const deadlineMs = performance.now() + 20_000;
    while (!(await check())) {
      if (performance.now() > deadlineMs) throw new Error('It never came.');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const answers = (text: string) => until(async () => (await read('healthz/')).includes(text));
  const urls = kioskFiles['kiosk/urls.py'];
  const saying = (text: string): string => urls.replace('items"', `items ${text}"`);

  beforeAll(async () => {
    kiosk = await openUpKiosk();
    up = kiosk.start(['up', '--migrate']);
    const line = await up.waitForLine(/✓ web: http/);
    url = /http:\S+/.exec(line)?.[0] ?? '';
    await up.waitForLine(/✓ web: in sync/);
    await up.waitForLine(/✓ worker: in sync/);
  });
  afterAll(async () => {
    await up[Symbol.asyncDispose]();
    await kiosk[Symbol.asyncDispose]();
  });

  test('a saved file is served, and said to be', async () => {
    await kiosk.write('kiosk/urls.py', saying('once'));
    await answers('items once');
    await up.waitForLine(/^→ web: kiosk\/urls\.py → synced \d+ ms → reloaded /);
    await kiosk.write('kiosk/urls.py', urls);
    await until(async () => !(await read('healthz/')).includes('once'));
  });

  test('an error in it is shown, the old code serves, and the next save mends it', async () => {
    await kiosk.write('kiosk/urls.py', `${urls}def broken(:\n`);
    await up.waitForLine(/✗ web: kiosk\/urls\.py:\d+: .*The old code goes on serving/);
    expect((await fetch(`${url}healthz/`)).status).toBe(200);
    await kiosk.write('kiosk/urls.py', `import nothing_there\n${urls}`);
    await up.waitForLine(/✗ web: ModuleNotFoundError: .*nothing_there/);
    expect((await fetch(`${url}healthz/`)).status).toBe(200);
    await kiosk.write('kiosk/urls.py', saying('again'));
    await answers('items again');
    await kiosk.write('kiosk/urls.py', urls);
  });

  test('what was saved together with an error is served once that is mended', async () => {
    await kiosk.write('stock/helper.py', 'def broken(:\n');
    await kiosk.write('kiosk/urls.py', `import stock.helper\n${saying('together')}`);
    await up.waitForLine(/✗ web: .*stock\/helper\.py/);
    await kiosk.write('stock/helper.py', '');
    await answers('items together');
    await kiosk.write('kiosk/urls.py', urls);
    await rm(join(kiosk.root, 'stock/helper.py'));
  });

  test('a template needs no reload', async () => {
    const home = kioskFiles['stock/templates/stock/home.html'];
    await kiosk.write('stock/templates/stock/home.html', home.replace('Kiosk', 'Corner shop'));
    await until(async () => (await read()).includes('Corner shop'));
    await kiosk.write('stock/templates/stock/home.html', home);
  });

  test('makemigrations writes on the host, into code that belongs to root', async () => {
    const models = `${kioskFiles['stock/models.py']}    size = models.IntegerField(default=0)\n`;
    await kiosk.write('stock/models.py', models);
    await up.waitForLine(/stock\/models\.py → synced/);
    const made = await kiosk.run(['manage', 'makemigrations', 'stock', '-n', 'size']);
    expect({ exitCode: made.exitCode, stderr: made.stderr }).toEqual({ exitCode: 0, stderr: '' });
    const file = join(kiosk.root, 'stock/migrations/0003_size.py');
    await until(() => stat(file).then(Boolean, () => false));
    expect(await readFile(file, 'utf8')).toContain('AddField');
    expect((await stat(file)).uid).toBe(process.getuid?.());
    await up.waitForLine(/^! 1 migration is pending: stock\.0003_size$/);
    const planned = await kiosk.run(['manage', 'migrate', '--plan', 'stock']);
    expect(planned.stdout).toContain('stock.0003_size');
    // A container of its own has the edits as well, though the image does not.
    const listed = await kiosk.run(['run', 'ls', 'stock/migrations']);
    expect(listed.stdout).toContain('0003_size.py');
    await kiosk.run(['manage', 'migrate', 'stock']);
    await up.waitForLine(/^✓ recovered: 1 migration is pending: stock\.0003_size$/);
  });

  test('a changed manifest takes effect', async () => {
    await kiosk.write('djdev.yaml', upManifest.replace('env:\n', 'env:\n    COLOUR: blue\n'));
    await up.waitForLine(/^→ djdev\.yaml changed$/);
    await up.waitForLine(/^→ djdev\.yaml → web recreated \(.*COLOUR changed\)$/);
    await until(async () => {
      const { stdout } = await kiosk.run(['exec', 'web', 'printenv', 'COLOUR']);
      return stdout === 'blue\n';
    });
  });

  test('Ctrl-C stops what was started, and the next start has it again', async () => {
    up.child.kill('SIGINT');
    const { exitCode } = await up.exited;
    expect(exitCode).toBe(130);
    const { stdout } = await kiosk.run(['ps', '--json']);
    const { containers } = JSON.parse(stdout) as {
      readonly containers: readonly { readonly name: string; readonly running: boolean }[];
    };
    expect(containers.map(({ name, running }) => `${name} ${running}`).toSorted()).toEqual([
      'postgres false',
      'web false',
      'worker false',
    ]);
    expect((await kiosk.run(['start'])).stdout).toBe('Started postgres, web, worker.\n');
  });
});
