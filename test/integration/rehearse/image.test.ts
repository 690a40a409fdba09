import { expect, test } from 'vitest';
import { describeWithEngine } from '../../support/engine.ts';
import { openRehearsal, serverFiles } from './rehearse-project.ts';

const key = '-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\n';

describeWithEngine('the image step', () => {
  test('finds secrets, also those that a later layer removes', async () => {
    await using t = await openRehearsal({
      ...serverFiles('return 200, {}, ""', {
        dockerfile:
          'FROM python:3.13-slim\nENV API_TOKEN=41c9\nARG PIP_TOKEN=77aa\nWORKDIR /app\nCOPY . .\nRUN rm -r .env tls\nCMD ["python3"]\n',
        manifest: 'rehearse: { budgets: { image: 1MB } }\n',
      }),
      '.env': 'SECRET_KEY=1',
      '.env.example': 'SECRET_KEY=',
      'db.sqlite3': 'SQLite format 3',
      'shop.py': `KEY = "sk_live_${'a1B2'.repeat(6)}"\n`,
      'tls/server.pem': key,
      '.git/HEAD': 'ref: refs/heads/main\n',
    });
    const first = await t.run({ only: ['image'] });
    const seen = first.findings.map(({ level, code, detail }) => `${level} ${code}: ${detail}`);
    expect(
      seen.map((line) => line.replace(/\d+ MB/g, 'n MB').replace(/layers? \d+/g, 'layer n')),
    ).toEqual([
      'warn image-runs-as-root: The Dockerfile has no USER, so everything in the container runs as root.',
      'warn image-over-budget: n MB over rehearse.budgets.image.',
      'fail image-contains-secret-variable: ENV stays in the image: “docker inspect” shows it to whoever can pull.',
      'warn image-python-buffered: PYTHONUNBUFFERED is not set: without a terminal Python keeps printed lines until 8 kB have come together.',
      'fail image-without-command: Its command is “python3” from the base image, and djdev.yaml names none.',
      'fail image-contains-env-file: /app/.env added in layer n, removed in layer n: still readable',
      'fail image-contains-git: /app/.git (layer n)',
      'fail image-contains-key: /app/tls/server.pem added in layer n, removed in layer n: still readable',
      'warn image-contains-database: /app/db.sqlite3 (layer n)',
      'fail image-contains-token: /app/shop.py (layer n): a Stripe key',
      'fail image-history-holds-secret: It was a build argument: “docker history --no-trunc” prints it, also when no file holds it.',
    ]);
    expect(first.report.image?.layers?.at(-1)).toMatchObject({
      createdBy: expect.stringContaining('rm -r .env tls'),
      bytes: 0,
    });
    expect(first.report.image?.layers?.at(-2)?.wastedBytes).toBeGreaterThan(key.length);
    expect(first.outcomes).toMatchObject({ image: 'failed', boot: 'skipped' });

    const second = await t.run({ only: ['image'] });
    expect(second.findings).toEqual(first.findings);
    const step = second.report.steps.find(({ id }) => id === 'image');
    expect(step?.ms).toBeLessThan(200);
  });

  test('is built once more without a cache, and compared file by file', async () => {
    const stamped = (stamp: string) =>
      `FROM python:3.13-slim\nENV PYTHONUNBUFFERED=1\nWORKDIR /app\nCOPY . .\n${stamp}USER 1\nCMD ["python3", "manage.py"]\n`;
    await using t = await openRehearsal({
      ...serverFiles(''),
      Dockerfile: stamped('RUN date +%s%N > /built-at\n'),
    });
    const told = async () => {
      const { findings, leftovers } = await t.run({ only: ['image'], reproduce: true });
      expect(leftovers).toEqual([]);
      return findings.map(({ level, code, detail }) => `${level} ${code}: ${detail}`);
    };
    expect(await told()).toEqual(['warn image-not-reproducible: /built-at']);
    await t.project.write('Dockerfile', stamped(''));
    expect(await told()).toEqual(['pass image-reproducible: ']);
  });

  test('an image without Python is a finding of the first step that needs it', async () => {
    await using t = await openRehearsal({
      ...serverFiles(''),
      Dockerfile: 'FROM scratch\nCOPY manage.py /\nUSER 1\nCMD ["/manage.py"]\n',
    });
    const { findings, outcomes, leftovers } = await t.run({ only: ['settings'] });
    expect(outcomes).toMatchObject({ build: 'passed', settings: 'failed' });
    expect(findings).toMatchObject([{ code: 'image-without-python', step: 'settings' }]);
    expect(leftovers).toEqual([]);
  });

  test('a failing instruction ends the build with its line and its last words', async () => {
    await using t = await openRehearsal({
      ...serverFiles(''),
      Dockerfile: 'FROM python:3.13-slim\nRUN echo about to fail && false\nCMD ["true"]\n',
    });
    const { findings, outcomes, report } = await t.run();
    expect(report.verdict).toBe('fail');
    expect(outcomes).toMatchObject({ build: 'failed', image: 'skipped', boot: 'skipped' });
    expect(findings).toMatchObject([{ code: 'build-failed', location: { line: 2 } }]);
    expect(findings[0]?.detail).toMatch(/about to fail/);
  });

  test('a missing variable stops the run before anything is built', async () => {
    await using t = await openRehearsal(
      serverFiles('', { manifest: 'app: { env: { STRIPE_KEY: { required: true } } }\n' }),
    );
    const { findings, outcomes } = await t.run();
    expect(outcomes).toMatchObject({ preflight: 'failed', build: 'skipped', boot: 'skipped' });
    expect(findings).toMatchObject([
      { code: 'env-missing', title: 'STRIPE_KEY is required and has no value.' },
    ]);
  });
});
