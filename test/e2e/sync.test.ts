import { statSync } from 'node:fs';
import { chown, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Checkout } from '../support/checkout.ts';
import { describeWithEngine } from '../support/engine.ts';
import { kioskFiles } from '../support/kiosk.ts';
import { openUpKiosk, upManifest } from '../support/up-kiosk.ts';

describeWithEngine('files that go to and fro', () => {
  let kiosk: Checkout;

  beforeAll(async () => {
    kiosk = await openUpKiosk();
  });
  afterAll(async () => {
    await kiosk[Symbol.asyncDispose]();
  });

  test('a command without a stack leaves what it makes here, owned by who ran it', async () => {
    const migrations = join(kiosk.root, 'stock/migrations');
    if (process.getuid?.() === 0) await chown(migrations, 1234, 1234);
    const made = await kiosk.run(['manage', 'makemigrations', 'stock', '--empty', '-n', 'made']);
    expect(made).toMatchObject({ exitCode: 0 });
    expect(made.stderr).toMatch(/← run: stock\/migrations\/0003_made\.py came back/);
    const file = join(migrations, '0003_made.py');
    expect(await readFile(file, 'utf8')).toContain('class Migration');
    if (process.getuid?.() === 0) expect(statSync(file).uid).toBe(1234);
    expect(await kiosk.run(['run', 'sh', '-c', 'exit 7'])).toMatchObject({ exitCode: 7 });
  });

  test('Dockerfile, .dockerignore and manifest are read again while it runs', async () => {
    await using up = kiosk.start(['up', '--migrate']);
    await up.waitForLine(/✓ web: in sync/);
    // The image stays the same: nothing here has such a name yet.
    await kiosk.write('.dockerignore', `${kioskFiles['.dockerignore']}*.secret\n`);
    await up.waitForLine(/→ \.dockerignore → rebuild/);
    let round = 0;
    const isSent = async (): Promise<boolean> => {
      round += 1;
      await kiosk.write(`${round}.secret`, 'x');
      await kiosk.write(`${round}.txt`, 'x');
      await until(async () => (await listApp(kiosk)).includes(`${round}.txt`));
      return (await listApp(kiosk)).includes(`${round}.secret`);
    };
    await until(async () => !(await isSent()));

    const rule = `sync:\n  map:\n    - { path: ${round}.secret, target: /app/mapped }\n`;
    await kiosk.write('djdev.yaml', upManifest + rule);
    await until(async () => (await listApp(kiosk)).includes('mapped'));
  });
});

async function until(check: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 120_000;
  while (!(await check())) {
    if (performance.now() > deadlineMs) throw new Error('It never came.');
  }
}

async function listApp(kiosk: Checkout): Promise<readonly string[]> {
  const { stdout } = await kiosk.run(['exec', 'web', 'ls', '/app']);
  return stdout.trim().split('\n');
}
