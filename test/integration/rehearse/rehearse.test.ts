import { expect, test } from 'vitest';
import { type StepId, stepIds } from '../../../src/report/step.ts';
import { connectTestEngine, describeWithEngine } from '../../support/engine.ts';
import { demoProject } from '../django/demo-project.ts';
import { buildDjangoImage } from '../django/django-image.ts';
import { openRehearsal, type RehearsalTest } from './rehearse-project.ts';

const live = `from .settings import *
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", **{
    key: os.environ["POSTGRES_" + key] for key in ("HOST", "PORT", "NAME", "USER", "PASSWORD")
}}}
SECURE_HSTS_SECONDS = 31536000
MIDDLEWARE = ["demo.urls.probes", *MIDDLEWARE]
`;

// An exception of a signal handler would be swallowed by the request that is under way.
const serve = `import signal, threading
from wsgiref.simple_server import make_server
from django.core.wsgi import get_wsgi_application
server = make_server("0.0.0.0", 8000, get_wsgi_application())
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever(poll_interval=0.05)
`;

const urls = `from django.http import HttpResponse
from django.urls import path
from shop.models import Cup

def up(request):
    return HttpResponse(f"{Cup.objects.count()} cups")

def probes(get_response):
    return lambda request: (up if request.path == "/up/" else get_response)(request)

def home(request):
    return HttpResponse('<link rel="stylesheet" href="/static/shop/site.css">')

urlpatterns = [path("up/", up), path("", home)]
`;

const manifest = `name: demo
app:
  settings: { prod: demo.live }
  env:
    SECRET_KEY: { generate: true }
    POSTGRES_HOST: \${services.postgres.host}
    POSTGRES_PORT: \${services.postgres.port}
    POSTGRES_NAME: \${services.postgres.name}
    POSTGRES_USER: \${services.postgres.user}
    POSTGRES_PASSWORD: \${services.postgres.password}
processes:
  web: { command: python -u serve.py, port: 8000, health: /up/ }
services:
  postgres: {}
rehearse:
  host: demo.example.com
  release:
    - python manage.py migrate --noinput
    - python manage.py collectstatic --noinput
  smoke:
    - { get: /up/, contains: 3 cups }
    - { get: / }
`;

/** A whole Django project that deploys, static files from a release command included. */
async function openDemo(changes: Readonly<Record<string, string>> = {}): Promise<RehearsalTest> {
  await using engine = await connectTestEngine();
  const base = await buildDjangoImage(engine, AbortSignal.timeout(100_000));
  return await openRehearsal({
    ...demoProject,
    'serve.py': serve,
    'demo/live.py': live,
    'demo/urls.py': urls,
    'djdev.yaml': manifest,
    Dockerfile: `FROM ${base}\nWORKDIR /app\nCOPY . .\nRUN chmod 777 .\nUSER 10001\n`,
    ...changes,
  });
}

/** Without an old release these two are not part of the plan. */
const planned = stepIds.filter((id) => id !== 'previous' && id !== 'rollout');

describeWithEngine('a rehearsal', () => {
  test('of a project in order passes every step and leaves nothing behind', async () => {
    await using t = await openDemo();
    const { report, leftovers, findings } = await t.run();
    expect(findings.filter(({ level }) => level !== 'pass')).toEqual([]);
    expect(report.verdict).toBe('pass');
    expect(report.steps.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(
      planned.map((id) => `${id} passed`),
    );
    const smoke = report.steps.find(({ id }) => id === 'smoke');
    expect(smoke?.summary).toBe('3 requests, 1 asset');
    expect(leftovers).toEqual([]);
  });

  const interruptible: readonly StepId[] = planned.filter((id) => id !== 'preflight');
  test.each(interruptible)('that is interrupted in %s leaves nothing behind', async (step) => {
    await using t = await openDemo();
    const { report, leftovers, events } = await t.run({}, (event, abort) => {
      if (event.type !== 'step-started' || event.step !== step) return;
      setTimeout(() => abort.abort(new Error('Ctrl-C')), 60);
    });
    expect(report.verdict).toBe('interrupted');
    expect(report.error).toBeUndefined();
    expect(events.filter(({ type }) => type === 'step-ended')).toHaveLength(planned.length);
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', reason: 'interrupted' });
    expect(leftovers).toEqual([]);
  });

  test('finds requests that a restart of the database would cost', async () => {
    const kept = `${live}DATABASES["default"]["CONN_MAX_AGE"] = 600\n`;
    await using t = await openDemo({ 'demo/live.py': kept });
    const { findings, outcomes } = await t.run({ skip: ['http'] });
    expect(outcomes).toMatchObject({ recovery: 'failed', shutdown: 'passed' });
    const restart = findings.find(({ code }) => code === 'database-restart-fails');
    expect(restart?.title).toBe('After a restart of the database a request fails.');
    expect(restart?.detail).toContain('/up/\nAnswer: 500');
  });

  test('can run beside another one of the same project', async () => {
    await using t = await openDemo();
    const [one, two] = await Promise.all([t.run(), t.run()]);
    expect([one.report.verdict, two.report.verdict]).toEqual(['pass', 'pass']);
    expect([...one.leftovers, ...two.leftovers]).toEqual([]);
  });

  test('with --keep leaves the application running, and says where', async () => {
    await using t = await openDemo();
    const { report, events, leftovers } = await t.run({ keep: true, only: ['smoke'] });
    try {
      expect(report.verdict).toBe('pass');
      const kept = events.find(({ type }) => type === 'environment-kept');
      if (kept?.type !== 'environment-kept') throw new Error('nothing was kept');
      const response = await fetch(`${kept.urls[0]}/up/`, {
        headers: { 'x-forwarded-proto': 'https' },
        redirect: 'manual',
      });
      expect(response.status).toBeGreaterThan(0);
      expect(
        leftovers.map(({ kind, ownership }) => `${kind} ${ownership.role}`).toSorted(),
      ).toEqual(['container postgres', 'container web', 'network network']);
    } finally {
      const signal = AbortSignal.timeout(60_000);
      for (const kind of ['container', 'network'] as const) {
        for (const resource of leftovers.filter((one) => one.kind === kind)) {
          await t.engine.removeOwned(resource, signal);
        }
      }
    }
  });

  test('with --keep that is interrupted keeps nothing', async () => {
    await using t = await openDemo();
    const { leftovers } = await t.run({ keep: true }, (event, abort) => {
      if (event.type === 'step-started' && event.step === 'smoke') abort.abort(new Error('Ctrl-C'));
    });
    expect(leftovers).toEqual([]);
  });

  test('that outlives its time ends with that error, not as interrupted', async () => {
    await using t = await openDemo();
    const { DjdevError } = await import('../../../src/errors/djdev-error.ts');
    const timeout = new DjdevError('DJ-TIMEOUT', { message: 'The run took longer than 1 s.' });
    const { report, leftovers } = await t.run({}, (event, abort) => {
      if (event.type === 'step-started' && event.step === 'migrate') abort.abort(timeout);
    });
    expect(report.verdict).toBe('error');
    expect(report.error).toMatchObject({ code: 'DJ-TIMEOUT' });
    expect(leftovers).toEqual([]);
  });
});
