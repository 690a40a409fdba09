import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Checkout, Rehearsal } from '../support/checkout.ts';
import { connectTestEngine, describeWithEngine } from '../support/engine.ts';
import { openExample } from '../support/open-example.ts';

describeWithEngine('the example shop', () => {
  let shop: Checkout;
  let ended: Rehearsal;
  beforeAll(async () => {
    shop = await openExample('shop');
    ended = await shop.rehearse(['--keep']);
  });
  afterAll(async () => {
    await shop[Symbol.asyncDispose]();
  });

  test('passes its rehearsal without a warning', () => {
    const { exitCode, report, problems, screen, stderr } = ended;
    expect({ exitCode, verdict: report.verdict, problems }, stderr).toEqual({
      exitCode: 0,
      verdict: 'pass',
      problems: [],
    });
    expect(screen).toBe('✓ shop passed 11 steps, 1 skipped (TIME)');
    const summaries = Object.fromEntries(report.steps.map(({ id, summary }) => [id, summary]));
    expect(summaries).toMatchObject({
      migrate: '35 migrations',
      smoke: '24 requests, 13 assets',
      shutdown: 'left out by --keep',
    });
  });

  test('passes its own tests in the production image, against a real Postgres', async () => {
    await using engine = await connectTestEngine();
    const [container = ''] =
      ended.report.kept?.containers.filter((name) => name.endsWith('-web')) ?? [];
    const result = await engine.execToEnd(
      container,
      {
        command: ['python', 'manage.py', 'test', '--noinput'],
        // As manage.py runs them anywhere else: production would send every request to https.
        environment: { DJANGO_SETTINGS_MODULE: 'config.settings.local', LOG_LEVEL: 'CRITICAL' },
      },
      AbortSignal.timeout(180_000),
    );
    const output = `${result.stdout}\n${result.stderr}`;
    expect(result.exitCode, output).toBe(0);
    expect(output).toMatch(/^Ran \d\d+ tests in [\d.]+s\n\nOK$/m);
  });

  test('goes with djdev down', async () => {
    const { exitCode } = await shop.run(['down']);
    expect([exitCode, await shop.listLeftovers()]).toEqual([0, []]);
  });
});
