import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Checkout } from '../support/checkout.ts';
import { describeWithEngine } from '../support/engine.ts';
import { kioskFiles } from '../support/kiosk.ts';
import { lastLine } from '../support/spawn-djdev.ts';
import { openUpKiosk, upManifest } from '../support/up-kiosk.ts';

interface UpResult {
  readonly ok: boolean;
  readonly processes: readonly { readonly process: string; readonly url?: string }[];
}

/** One checkout for all: each test leaves the stack running and healthy. */
describeWithEngine('djdev up', () => {
  let kiosk: Checkout;
  const up = async (...args: readonly string[]) => {
    const result = await kiosk.run(['up', '-d', '--json', ...args]);
    const read = (): UpResult => JSON.parse(lastLine(result.stdout)) as UpResult;
    return { ...result, read };
  };
  const urlOf = (result: UpResult): string =>
    result.processes.find(({ process }) => process === 'web')?.url ?? 'none';

  beforeAll(async () => {
    kiosk = await openUpKiosk();
    const { exitCode, stderr } = await up('--migrate');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringContaining('✓ migrations:'),
    });
  });
  afterAll(async () => {
    await kiosk[Symbol.asyncDispose]();
  });

  test('serves with development settings from the production image', async () => {
    const result = await up();
    expect(result.read()).toMatchObject({ ok: true });
    const answer = await fetch(urlOf(result.read()));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('postcard');
    const { stdout } = await kiosk.run(['exec', 'web', 'printenv', 'DJANGO_SETTINGS_MODULE']);
    expect(stdout).toBe('kiosk.local\n');
  });

  test('changes nothing when nothing has changed', async () => {
    const before = await kiosk.run(['ps', '--json']);
    const { exitCode, stderr } = await up();
    expect({ exitCode, stderr: stderr.replaceAll(/\(.*\)/g, '(TIME)') }).toEqual({
      exitCode: 0,
      stderr: expect.stringMatching(
        /^(✓ worker: running\n)?✓ web: http:\/\/localhost:\d+\/ 200 \(TIME\)\n(✓ worker: running\n)?$/,
      ),
    });
    const after = await kiosk.run(['ps', '--json']);
    expect(idsOf(after.stdout)).toEqual(idsOf(before.stdout));
  });

  test('recreates only what a change is about, and keeps address, data and sessions', async () => {
    const url = urlOf((await up()).read());
    const key = async (): Promise<string> =>
      (await kiosk.run(['exec', 'web', 'printenv', 'SECRET_KEY'])).stdout;
    const keyBefore = await key();
    await kiosk.write('djdev.yaml', upManifest.replace('python worker.py', 'python -u worker.py'));
    const { stderr } = await up();
    expect(stderr).toContain('→ worker: recreated: the command changed\n');
    expect(stderr).not.toMatch(/web: recreated|postgres/);
    await kiosk.write('djdev.yaml', upManifest.replace('env:\n', 'env:\n    COLOUR: blue\n'));
    const changed = await up();
    expect(changed.stderr).toContain('→ web: recreated: COLOUR changed\n');
    expect(urlOf(changed.read())).toBe(url);
    expect(await key()).toBe(keyBefore);
    await kiosk.write('djdev.yaml', upManifest);
    await up();
  });

  test('down keeps the data, and the next up has the same address', async () => {
    const url = urlOf((await up()).read());
    await kiosk.run(['psql', '-qc', "INSERT INTO stock_item (name) VALUES ('ticket')"]);
    const down = await kiosk.run(['down']);
    expect(down.stdout).toMatch(/^Kept volume djdev-kiosk-\w+-postgres-data: it holds data/m);
    expect(await kiosk.listLeftovers()).toEqual(['volume postgres']);
    const again = await up();
    expect(again.stderr).not.toContain('pending');
    expect(urlOf(again.read())).toBe(url);
    expect(await (await fetch(url)).text()).toContain('ticket');
    await kiosk.run(['psql', '-qc', "DELETE FROM stock_item WHERE name = 'ticket'"]);
  });

  test('a port that is taken is moved, with a message', async () => {
    // The address that is the checkout's own, and not one that was moved to.
    await kiosk.run(['down']);
    const url = new URL(urlOf((await up()).read()));
    await kiosk.run(['down']);
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(Number(url.port), '127.0.0.1', resolve);
    });
    try {
      const moved = await up();
      const next = Number(url.port) + 1;
      expect(moved.stderr).toContain(`! web: port ${url.port} is taken, using ${next}\n`);
      expect((await fetch(urlOf(moved.read()))).status).toBe(200);
      // Kept for as long as the container is, also when the other port is free again.
      await kiosk.run(['stop']);
      expect(urlOf((await up()).read())).toBe(`http://localhost:${next}/`);
    } finally {
      other.close();
    }
  });

  test('pending migrations are named, and applied when asked for', async () => {
    await kiosk.write(
      'stock/migrations/0003_more.py',
      `from django.db import migrations
class Migration(migrations.Migration):
    dependencies = [("stock", "0002_fill")]
    operations = [migrations.RunSQL("SELECT 1", migrations.RunSQL.noop)]
`,
    );
    const named = await up();
    expect(named.exitCode).toBe(0);
    expect(named.stderr).toContain('! 1 migration is pending: stock.0003_more\n');
    expect((await up()).stderr).toContain('stock.0003_more');
    const applied = await up('--migrate');
    expect(applied.stderr).toContain('✓ migrations: 1 applied');
    expect((await up()).stderr).not.toContain('pending');
  });

  test('an application that does not start is shown with its last words', async () => {
    await kiosk.write('kiosk/urls.py', 'import nothing_of_that_name\n');
    const { exitCode, stderr } = await up('--timeout', '60s');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/nothing_of_that_name|nothing answers there|500/);
    await kiosk.write('kiosk/urls.py', kioskFiles['kiosk/urls.py']);
    expect((await up()).exitCode).toBe(0);
  });

  test('an application that needs its database at once gets it, also when both start', async () => {
    const wsgi = kioskFiles['kiosk/wsgi.py'];
    const eager = `${wsgi}from django.db import connection\nconnection.ensure_connection()\n`;
    await kiosk.write('kiosk/wsgi.py', eager);
    expect((await up()).exitCode).toBe(0);
    await kiosk.run(['down']);
    const { exitCode, stderr } = await up();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(/✓ web: /) });
    await kiosk.write('kiosk/wsgi.py', wsgi);
    expect((await up()).exitCode).toBe(0);
  });

  test('a build that fails leaves what runs alone', async () => {
    const url = urlOf((await up()).read());
    const dockerfile = await readFile(join(kiosk.root, 'Dockerfile'), 'utf8');
    await kiosk.write('Dockerfile', `${dockerfile}COPY no-such-file /tmp/\n`);
    const { exitCode, stderr } = await up();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('DJ-BUILD');
    expect((await fetch(url)).status).toBe(200);
    await kiosk.write('Dockerfile', dockerfile);
  });
});

function idsOf(stdout: string): readonly string[] {
  const { containers } = JSON.parse(lastLine(stdout)) as {
    readonly containers: readonly { readonly container: string; readonly status: string }[];
  };
  return containers.map(({ container }) => container);
}
