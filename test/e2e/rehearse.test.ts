import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Checkout, openKiosk } from '../support/checkout.ts';
import { describeWithEngine } from '../support/engine.ts';
import { kioskFiles, kioskManifest } from '../support/kiosk.ts';

const noEngine = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
const allSteps = [
  'preflight passed',
  'build passed',
  'image passed',
  'database passed',
  'settings passed',
  'migrate passed',
  'static passed',
  'boot passed',
  'smoke passed',
  'http passed',
  'recovery passed',
  'shutdown passed',
];

// One checkout for all: its image is built once, and a rehearsal leaves nothing else behind.
describeWithEngine('djdev rehearse', () => {
  let kiosk: Checkout;
  beforeAll(async () => {
    kiosk = await openKiosk();
  });
  afterEach(async () => {
    expect(await kiosk.listLeftovers()).toEqual([]);
    await kiosk.write('djdev.yaml', kioskManifest);
  });
  afterAll(async () => {
    await kiosk[Symbol.asyncDispose]();
  });

  test('passes a project that would deploy', async () => {
    const { exitCode, report, screen, problems, outcomes } = await kiosk.rehearse();
    expect({ exitCode, verdict: report.verdict, problems, outcomes }).toEqual({
      exitCode: 0,
      verdict: 'pass',
      problems: [],
      outcomes: allSteps,
    });
    expect(screen).toBe('✓ kiosk would deploy (TIME)');
    expect(report.image?.bytes).toBeGreaterThan(100e6);
  });

  test('passes while port 8000 of the machine is in use', async () => {
    const taken = createServer();
    taken.on('error', () => {});
    taken.listen(8000, '0.0.0.0');
    await Promise.race([once(taken, 'listening'), once(taken, 'error')]);
    try {
      const { exitCode, outcomes } = await kiosk.rehearse();
      expect({ exitCode, outcomes }).toEqual({ exitCode: 0, outcomes: allSteps });
    } finally {
      taken.close();
    }
  });

  test('twice at once: both pass', async () => {
    const both = await Promise.all([kiosk.rehearse(), kiosk.rehearse()]);
    for (const { exitCode, outcomes, stderr } of both) {
      expect({ exitCode, outcomes }, stderr).toEqual({ exitCode: 0, outcomes: allSteps });
    }
  });

  test('--only runs a step and those it needs', async () => {
    const { exitCode, outcomes, screen } = await kiosk.rehearse(['--only', 'image']);
    expect(exitCode).toBe(0);
    expect(outcomes).toEqual(['preflight passed', 'build passed', 'image passed']);
    expect(screen).toBe('✓ kiosk passed 3 steps, 9 skipped (TIME)');
  });

  test('--skip leaves out a step and those that need it', async () => {
    const { exitCode, report } = await kiosk.rehearse(['--skip', 'database,boot']);
    expect(exitCode).toBe(0);
    const skipped = report.steps.filter(({ outcome }) => outcome === 'skipped');
    expect(skipped.map(({ id, summary }) => `${id}: ${summary}`)).toMatchInlineSnapshot(`
      [
        "database: left out by --skip",
        "migrate: needs database, which is left out by --skip",
        "boot: left out by --skip",
        "smoke: needs boot, which is left out by --skip",
        "http: needs boot, which is left out by --skip",
        "recovery: needs boot, which is left out by --skip",
        "shutdown: needs boot, which is left out by --skip",
      ]
    `);
  });

  test('--plan prints what would be done, without an engine', async () => {
    const { exitCode, stdout, stderr } = await kiosk.run(['rehearse', '--plan'], noEngine);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout.replaceAll(kiosk.root, 'ROOT').replaceAll(/-[0-9a-f]{6}\b/g, '-ID'))
      .toMatchInlineSnapshot(`
        "djdev 0.1.0 would rehearse kiosk:

          preflight
          build
          image      needs build
          database
          settings   needs build
          migrate    needs build, database
          static     needs build, settings
          boot       needs build
          smoke      needs boot
          http       needs boot
          recovery   needs boot, database
          shutdown   needs boot

        Image       djdev-kiosk-ID, from ROOT/Dockerfile
        Container   postgres: postgres:17
        Container   runner: djdev-kiosk-ID
        Container   web: djdev-kiosk-ID
        Release     python manage.py migrate --noinput
        Boot        web, asked as kiosk.example.com/healthz/, at most 30.0 s
        Request     GET / → 200
        Shutdown    SIGTERM, 10.0 s to end
        "
      `);
    const json = await kiosk.run(['rehearse', '--plan', '--json'], noEngine);
    expect(JSON.parse(json.stdout)).toMatchObject({ version: 1, project: 'kiosk', keep: false });
  });

  test('--keep leaves the application running until djdev down', async () => {
    const { exitCode, report } = await kiosk.rehearse(['--keep']);
    expect(exitCode).toBe(0);
    expect(await kiosk.listLeftovers()).toEqual([
      'container postgres',
      'container web',
      'network network',
    ]);
    const [url = ''] = report.kept?.urls ?? [];
    expect(await fetchPage(url)).toMatch(/<p>postcard<\/p>/);
    const down = await kiosk.run(['down']);
    expect(down.exitCode).toBe(0);
  });

  test('--timeout ends a run that takes longer', async () => {
    const stalling = kioskManifest.replace('/healthz/ }', '/healthz/, command: sleep 60 }');
    await kiosk.write('djdev.yaml', stalling);
    const { exitCode, report, screen } = await kiosk.rehearse(['--timeout', '3s']);
    expect([exitCode, report.verdict, report.error?.code]).toEqual([4, 'error', 'DJ-TIMEOUT']);
    expect(screen).toMatchInlineSnapshot(`
      "✗ djdev could not find out whether kiosk would deploy (TIME)

      ✗ The run was not done after TIME, the time that --timeout gives it.
        → Give it more time with --timeout, or look at what it was doing when it ran
          out.
        DJ-TIMEOUT  https://github.com/djdev/djdev/blob/main/docs/errors.md#dj-timeout"
    `);
  });

  test('--fail-on warn makes a warning fail', async () => {
    await kiosk.write(
      'kiosk/settings.py',
      kioskFiles['kiosk/settings.py'].replace('CSRF_COOKIE_SECURE = True\n', ''),
    );
    const warned = await kiosk.rehearse(['--only', 'settings']);
    expect([warned.exitCode, warned.report.verdict, warned.problems]).toEqual([
      0,
      'pass',
      ['warn deploy-check'],
    ]);
    expect(warned.screen).toMatchInlineSnapshot(`
      "✓ kiosk passed 3 steps, 9 skipped, 1 warning (TIME)

      ! security.W016: You have 'django.middleware.csrf.CsrfViewMiddleware' in your
        MIDDLEWARE, but you have not set CSRF_COOKIE_SECURE to True. [deploy-check]
        → Set CSRF_COOKIE_SECURE = True in the production settings."
    `);
    const failed = await kiosk.rehearse(['--only', 'settings', '--fail-on', 'warn']);
    expect([failed.exitCode, failed.report.verdict, failed.problems]).toEqual([
      1,
      'fail',
      ['warn deploy-check'],
    ]);
    expect(failed.screen).toMatchInlineSnapshot(`
      "✗ kiosk would not deploy: 1 problem (TIME)

      ! security.W016: You have 'django.middleware.csrf.CsrfViewMiddleware' in your
        MIDDLEWARE, but you have not set CSRF_COOKIE_SECURE to True.
          Using a secure-only CSRF cookie makes it more difficult for network traffic
          sniffers to steal the CSRF token.
        → Set CSRF_COOKIE_SECURE = True in the production settings.
        settings  deploy-check"
    `);
  });
});

/** The page as a proxy in front of production would ask for it. */
async function fetchPage(url: string): Promise<string> {
  const headers = { host: 'kiosk.example.com', 'x-forwarded-proto': 'https' };
  const asking = request(url, { headers });
  asking.end();
  const [response] = await once(asking, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
