import { expect, test } from 'vitest';
import { describeWithEngine } from '../../support/engine.ts';
import { openRehearsal, serverFiles, withoutDjango } from './rehearse-project.ts';

const healthy = 'return 200, {"content-type": "text/plain"}, "ok"';

/** Boots a server and answers what the rehearsal says about it. */
async function boot(...args: Parameters<typeof serverFiles>) {
  await using t = await openRehearsal(serverFiles(...args));
  return await t.run({ skip: withoutDjango });
}

describeWithEngine('the boot step', () => {
  test('measures the time to the first healthy answer, and the end', async () => {
    const { report, outcomes, findings, leftovers } = await boot(healthy);
    expect(findings).toEqual([]);
    expect(report.verdict).toBe('pass');
    expect(outcomes).toMatchObject({
      preflight: 'passed',
      build: 'passed',
      image: 'passed',
      database: 'skipped',
      settings: 'skipped',
      boot: 'passed',
      smoke: 'passed',
      shutdown: 'passed',
    });
    const boot_ = report.steps.find(({ id }) => id === 'boot');
    expect(boot_?.measurements).toMatchObject([{ name: 'time to first healthy answer' }]);
    expect(leftovers).toEqual([]);
  });

  test('a crash comes with the exit code, the last lines and a hint', async () => {
    const { report, findings, outcomes, leftovers } = await boot(healthy, {
      start: 'print("starting"); os.environ["STRIPE_KEY"]',
    });
    expect(report.verdict).toBe('fail');
    expect(outcomes).toMatchObject({ boot: 'failed', smoke: 'skipped', shutdown: 'skipped' });
    expect(findings).toMatchObject([{ code: 'boot-crashed', level: 'fail' }]);
    expect(findings[0]?.title).toMatch(/^The production process ended with exit code 1 after/);
    expect(findings[0]?.detail).toMatch(/starting[^]*KeyError: 'STRIPE_KEY'$/);
    expect(findings[0]?.hint).toMatch(/^Production needs STRIPE_KEY\./);
    expect(leftovers).toEqual([]);
  });

  test('a command that is not in the image is a crash', async () => {
    const { findings } = await boot(healthy, { command: 'CMD ["gunicorn", "config.wsgi"]' });
    expect(findings).toMatchObject([
      { code: 'boot-crashed', title: 'The production command cannot be executed.' },
    ]);
    expect(findings[0]?.hint).toMatch(/^gunicorn is not in the image/);
  });

  test('a server that is bound to loopback is told so long before the deadline', async () => {
    await using t = await openRehearsal(serverFiles(healthy, { bind: '("127.0.0.1", 8000)' }));
    const told = Promise.withResolvers<string>();
    const { outcomes } = await t.run({ skip: withoutDjango }, (event, abort) => {
      if (event.type !== 'step-progressed' || event.step !== 'boot') return;
      told.resolve(event.text);
      abort.abort(new Error('enough seen'));
    });
    expect(await told.promise).toBe(
      'The process listens on 127.0.0.1:8000: only from inside its container.',
    );
    expect(outcomes.boot).toBe('interrupted');
  });

  test('an application that never answers is told what it does instead', async () => {
    const { findings, outcomes, leftovers } = await boot(healthy, {
      bind: '("0.0.0.0", 8080)',
      manifest: 'rehearse: { budgets: { boot: 1s } }\n',
    });
    expect(outcomes.boot).toBe('failed');
    expect(findings).toMatchObject([
      { code: 'boot-timeout', title: 'Nothing answered on port 8000 within 10 s.' },
    ]);
    expect(findings[0]?.detail).toMatch(
      /^The process listens on 0\.0\.0\.0:8080, not on port 8000\./,
    );
    expect(findings[0]?.hint).toMatch(/^Set the port of the process in djdev\.yaml to 8080/);
    expect(leftovers).toEqual([]);
  });

  test('a health URL that answers 400 is a host that is not allowed', async () => {
    const { findings, outcomes } = await boot('return 400, {}, "Bad Request"');
    expect(outcomes.boot).toBe('failed');
    expect(findings).toMatchObject([
      { code: 'health-unhealthy', title: 'The health URL /up/ answers 400.' },
    ]);
    expect(findings[0]?.detail).toMatch(/^curl -i [^]*Body:\n {2}Bad Request\nLog:\n/);
  });

  test('a redirect to itself is https that Django does not see', async () => {
    const { findings } = await boot(
      'return 301, {"location": "https://" + headers["host"] + path}, ""',
    );
    expect(findings[0]?.hint).toMatch(/^It redirects to itself: SECURE_SSL_REDIRECT is on/);
  });

  test('an answer later than the budget fails', async () => {
    const { findings, outcomes } = await boot(healthy, {
      start: 'time.sleep(0.3)',
      manifest: 'rehearse: { budgets: { boot: 200ms } }\n',
    });
    expect(outcomes).toMatchObject({ boot: 'failed', smoke: 'passed' });
    expect(findings).toMatchObject([{ code: 'boot-over-budget', level: 'fail' }]);
  });

  test('sends what a TLS proxy sends', async () => {
    const { outcomes } = await boot(
      `
proto = headers["x-forwarded-proto"] == "https" and headers["host"] == "tiny.example.com"
return (200 if proto else 400), {}, ""`.trim(),
      {
        manifest: 'rehearse: { host: tiny.example.com }\n',
      },
    );
    expect(outcomes.boot).toBe('passed');
  });
});
