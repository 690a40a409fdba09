import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ParityDifference, ParityReport } from '../../src/parity/parity-report.ts';
import type { Checkout } from '../support/checkout.ts';
import { connectTestEngine, describeWithEngine } from '../support/engine.ts';
import { openExample } from '../support/open-example.ts';
import { type DjdevResult, lastLine, type SpawnedDjdev } from '../support/spawn-djdev.ts';

/** In every place where a secret may stand, and in some where none should. */
const canary = 'canary-7Qx2';
const productionVariables = `DJANGO_SECRET_KEY=${canary}-key-0123456789-0123456789-0123456789-01
DATABASE_URL=postgres://shop:${canary}-db@db.invalid:5432/shop
EMAIL_URL=smtp+tls://mailer:${canary}-mail@mail.example.com:587
DJANGO_ALLOWED_HOSTS=shop.example.com
STRIPE=${canary}-stripe
BROKER_URL=amqp://guest:${canary}-queue@queue.example.com/
PYTHONOPTIMIZE=1
`;

/** Installs a package as pip does by hand, from a wheel made on the spot: no index is asked. */
const installByHand = `
import subprocess, sys, zipfile
with zipfile.ZipFile("/tmp/byhand-1.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("byhand.py", "")
    wheel.writestr("byhand-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: byhand\\nVersion: 1.0\\n")
    wheel.writestr("byhand-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr("byhand-1.0.dist-info/RECORD", "")
subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps",
                "--root-user-action=ignore", "/tmp/byhand-1.0-py3-none-any.whl"], check=True)
with open("/app/catalog/views.py", "a") as file:
    file.write("# by hand\\n")
`;

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);
const schema = await readFile(new URL('../../parity.schema.json', import.meta.url), 'utf8');
const isReport = ajv.compile(JSON.parse(schema));

function read(result: DjdevResult): ParityReport {
  if (result.exitCode !== 0 && result.exitCode !== 1)
    throw new Error(`${result.exitCode}: ${result.stderr}`);
  const report: ParityReport = JSON.parse(lastLine(result.stdout));
  expect(isReport(report) || isReport.errors).toBe(true);
  return report;
}

function line({ area, subject, here, production, cost }: ParityDifference): string {
  return `${area} ${subject}: ${here ?? '-'} | ${production ?? '-'} (${cost})`;
}

/** One stack; what the tests do to its container adds up. */
describeWithEngine('djdev parity', () => {
  let shop: Checkout;
  let up: SpawnedDjdev;
  const parity = (...args: readonly string[]): Promise<DjdevResult> =>
    shop.run(['parity', ...args]);

  beforeAll(async () => {
    shop = await openExample('shop');
    const manifest = await readFile(join(shop.root, 'djdev.yaml'), 'utf8');
    await shop.write('djdev.yaml', manifest.replace('\nrehearse:', '  redis: {}\n\nrehearse:'));
    // The tests' own files are no part of what is compared.
    await shop.write('.dockerignore', '**/__pycache__\n.git\n.djdev\n*.env\nproduction.json\n');
  });
  afterAll(async () => {
    await up?.[Symbol.asyncDispose]();
    await shop[Symbol.asyncDispose]();
  });

  test('without anything that runs, image and settings are compared, and it says so', async () => {
    const report = read(await parity('--json'));
    expect(report.here.running).toBe(false);
    expect(report.differences.map(line)).toEqual(['services redis: declared, redis:8 | - (5)']);
    expect(report.score).toBe(95);
    const text = await parity('--no-build', '--fail-under', '95');
    expect(text.exitCode).toBe(0);
    expect(
      text.stdout
        .split('\n')
        .slice(0, 3)
        .join('\n')
        .replace(/\(sha.*?\)/u, '(ID)'),
    ).toMatchInlineSnapshot(`
        "Parity of shop: 95 of 100 (9 of 10 areas measured)
          here        nothing runs: the image of this tree with development’s
                      environment (ID)"
      `);
  });

  describe('of a stack that runs', () => {
    beforeAll(async () => {
      up = shop.start(['up', '--migrate']);
      await up.waitForLine(/✓ web: in sync/, 240_000);
    });

    test('edits and reloads are meant', async () => {
      const models = join(shop.root, 'orders/models.py');
      await writeFile(models, `${await readFile(models, 'utf8')}# an edit\n`);
      await up.waitForLine(/orders\/models\.py → synced/);
      const report = read(await parity('--json', '--no-build'));
      expect(report.here.running).toBe(true);
      expect(report.differences.map(line)).toEqual([
        'services redis: a container, redis:8 | - (5)',
      ]);
      const files = report.intended.filter(({ area }) => area === 'files');
      expect(files.map(({ subject, origin }) => `${subject}: ${origin}`)).toEqual([
        '/app/orders/models.py: edits that the sync has sent',
      ]);
      expect(report.intended.map(({ subject }) => subject)).toEqual(
        expect.arrayContaining(['DJANGO_SETTINGS_MODULE', 'PYTHONPATH', 'DEBUG', 'EMAIL_URL']),
      );
    });

    test('what was done by hand in the container is not', async () => {
      const script = ['python3', '-c', installByHand];
      const done = await shop.run(['exec', '-T', '-u', 'root', 'web', ...script]);
      expect({ exitCode: done.exitCode, stderr: done.stderr }).toMatchObject({ exitCode: 0 });
      const result = await parity('--json', '--no-build', '--fail-under', '86');
      expect(result.exitCode).toBe(1);
      const report = read(result);
      const packages = report.differences.filter(({ area }) => area === 'packages');
      expect(packages.map((one) => `${line(one)}, ${one.origin}`)).toEqual([
        'packages byhand: 1.0 (file) | - (10), installed in the running container',
      ]);
      expect(report.advice[0]).toEqual({
        points: 10,
        text: 'Add byhand==1.0 to the project’s requirements, or be rid of it: djdev down && djdev up.',
      });
      expect(report.score).toBeLessThan(86);
    });

    test('a file of production tells what differs, and no secret', async () => {
      await shop.write('production.env', productionVariables);
      const file = join(shop.root, 'production.json');
      const exported = await parity('--export', '--no-build', '--env-file', 'production.env');
      expect(exported.exitCode).toBe(0);
      await writeFile(file, exported.stdout);
      const compared = await parity('--json', '--against', 'production.json');
      const report = read(compared);
      expect(report.differences.filter(isNotByHand).map(line)).toEqual([
        'environment BROKER_URL: - | amqp://… (1)',
        'environment DJANGO_ALLOWED_HOSTS: a value | another (1)',
        'environment STRIPE: - | a value (1)',
        'python PYTHONOPTIMIZE: 0 | 1 (3)',
        'services redis: a container, redis:8 | - (5)',
        'services rabbitmq: - | named by BROKER_URL (5)',
      ]);
      expect(report.areas.find(({ area }) => area === 'database')?.notMeasured).toBe(
        'production: the database did not answer (OperationalError)',
      );
      const text = await parity('--against', 'production.json', '--verbose');
      for (const { stdout, stderr } of [exported, compared, text]) {
        expect(`${stdout}${stderr}`).not.toContain(canary);
      }
    });

    test('the program describes a container that runs, its database too', async () => {
      const program = (await parity('--program')).stdout;
      await using engine = await connectTestEngine();
      const signal = AbortSignal.timeout(120_000);
      const listed = await shop.run(['ps', '--json']);
      const { containers }: { containers: readonly { name: string; container: string }[] } =
        JSON.parse(lastLine(listed.stdout));
      const web = containers.find(({ name }) => name === 'web')?.container ?? '';
      const request = { command: ['python3', '-'], input: program };
      const described = await engine.execToEnd(web, request, signal);
      expect(described.exitCode).toBe(0);
      await shop.write('production.json', described.stdout);
      const report = read(await parity('--json', '--against', 'production.json'));
      // Compared with itself; only the manifest still has a service that nothing names.
      expect(report.differences.map(line)).toEqual([
        'services redis: a container, redis:8 | - (5)',
      ]);
      expect(report.areas.filter(({ notMeasured }) => notMeasured !== undefined)).toEqual([]);
    });
  });

  test('what is no description of a production is refused', async () => {
    await shop.write('production.json', '{"version": 1}');
    const refused = await parity('--against', 'production.json');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('production.json does not describe a production: at salt');
    const missing = await parity('--against', 'nowhere.json');
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toContain('There is no file nowhere.json.');
    expect((await parity('--fail-under', 'high')).exitCode).toBe(2);
  });
});

function isNotByHand({ area }: ParityDifference): boolean {
  return area !== 'packages' && area !== 'files' && area !== 'image';
}
