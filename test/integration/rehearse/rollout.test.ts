import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding } from '../../../src/report/finding.ts';
import { describeWithEngine } from '../../support/engine.ts';
import { buildFiles } from '../../support/build-files.ts';
import { kioskFiles, kioskDockerfile, kioskManifest } from '../../support/kiosk.ts';
import { buildKioskBase } from '../../support/kiosk-base.ts';
import { openRehearsal, type RehearsalTest } from './rehearse-project.ts';

type Files = Readonly<Record<string, string>>;

const edit = (text: string, from: string, to: string): string => {
  if (!text.includes(from)) throw new Error(`There is no “${from}” to replace.`);
  return text.replace(from, to);
};

const sessionSettings: readonly (readonly [string, string])[] = [
  ['"stock"]', '"django.contrib.sessions", "stock"]'],
  [
    '"django.middleware.common.CommonMiddleware",',
    '"django.contrib.sessions.middleware.SessionMiddleware",\n' +
      '              "django.middleware.common.CommonMiddleware",',
  ],
];

const sharedCache = `
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache",
                      "LOCATION": "cache"}}
`;

const oldSettings = sessionSettings.reduce<string>(
  (text, [from, to]) => edit(text, from, to),
  kioskFiles['kiosk/settings.py'] + sharedCache,
);

const order = `def order(request):
    from django.core.cache import cache
    from stock.orders import Order
    if request.method == "POST":
        request.session["item"] = request.POST["item"]
        cache.set("order", Order(request.POST["item"]))
    return render(request, "stock/order.html")

urlpatterns = [path("order/", order), `;

const kamal = (path: string): string =>
  `service: kiosk\nimage: kiosk\nproxy:\n  healthcheck:\n    path: ${path}\n`;

/** The kiosk with sessions, a form, a cache that its processes share, and a queue. */
const oldRelease: Files = {
  ...kioskFiles,
  'kiosk/settings.py': oldSettings,
  'stock/migrations/0003_cache.py': `from django.core.management import call_command
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("stock", "0002_fill")]
    operations = [migrations.RunPython(lambda apps, editor: call_command("createcachetable"),
                                       migrations.RunPython.noop)]
`,
  'stock/orders.py': `class Order:
    def __init__(self, item):
        self.item = item
`,
  'kiosk/urls.py': edit(kioskFiles['kiosk/urls.py'], 'urlpatterns = [', order),
  'stock/templates/stock/order.html': `<!doctype html><html lang="en"><head><title>Order</title></head>
<body><form method="post">{% csrf_token %}<input name="item"></form></body></html>
`,
  'config/deploy.yml': kamal('/healthz/'),
  'djdev.yaml': `${kioskManifest}    - { post: /order/, form: { item: map } }\n`,
};

/** A rehearsal with two releases, on a machine with much else to do. */
const patience = { timeout: 300_000 } as const;

/** On a busy machine requests wait for reasons that are nobody's. */
const ofRollout = ({ step, code }: Finding): boolean =>
  step === 'rollout' && !code.endsWith('-stall');

const codes = (findings: readonly Finding[]) =>
  findings.filter(ofRollout).map(({ code, level }) => `${level} ${code}`);

describeWithEngine('a deployment that is played', () => {
  let t: RehearsalTest;
  let dockerfile: string;
  let reference: string;

  /** Rehearses the old release with these files in it as the new one. */
  const deploy = async (changes: Files, manifest = oldRelease['djdev.yaml'] ?? '') => {
    const files = { ...oldRelease, ...changes, Dockerfile: dockerfile, 'djdev.yaml': manifest };
    for (const [path, content] of Object.entries(files)) await t.project.write(path, content);
    const previous = { kind: 'image', reference, location: undefined } as const;
    const run = await t.run({ previous, only: ['rollout'] });
    expect(run.report.error).toBeUndefined();
    expect(run.leftovers).toEqual([]);
    const { rollout } = run.report;
    if (rollout === undefined) throw new Error('Nothing was played.');
    return { ...run, rollout, codes: codes(run.findings) };
  };

  beforeAll(async () => {
    dockerfile = kioskDockerfile(await buildKioskBase());
    const files = { ...oldRelease, Dockerfile: dockerfile };
    t = await openRehearsal(files, 280_000);
    const image = { ...files, 'djdev.yaml': '' };
    reference = await buildFiles(
      t.engine,
      'djdev-test-rollout',
      image,
      AbortSignal.timeout(240_000),
    );
  });

  afterAll(async () => {
    await t.engine.removeImage(reference, AbortSignal.timeout(60_000));
    await t[Symbol.asyncDispose]();
  });

  test('costs nothing where nothing is wrong', patience, async () => {
    const { rollout, codes: found } = await deploy({});
    expect(found).toEqual(['pass old-release-serves', 'pass deploy-cost', 'pass deploy-order']);
    expect(rollout).toMatchObject({ outcome: 'completed', failed: 0, causes: [] });
    expect(rollout.summary).toMatch(/^This deploy would have cost no request: \d+ were sent, \d+/);
    const { crossings = [], assets = [] } = rollout.skew ?? {};
    const kept = (what: string) => ({ what, direction: 'old-to-new', outcome: 'kept', detail: '' });
    expect(crossings.filter(({ direction }) => direction === 'old-to-new')).toEqual(
      ['signed', 'session', 'login', 'csrf', 'cached'].map(kept),
    );
    expect(assets).toEqual([
      { direction: 'old-to-new', asked: 1, missing: [] },
      { direction: 'new-to-old', asked: 1, missing: [] },
    ]);
  });

  test('names what pages, browsers and the cache of the old release lose', patience, async () => {
    const {
      rollout,
      findings,
      codes: found,
    } = await deploy({
      'stock/static/stock/site.css': 'body { font-family: sans-serif }\n',
      'kiosk/settings.py': edit(
        `${oldSettings}CSRF_COOKIE_NAME = "kioskcsrf"\n`,
        'os.environ["SECRET_KEY"]',
        '"a-new-key-of-fifty-characters-or-more-for-this-release"',
      ),
      'stock/orders.py': 'class Purchase:\n    pass\n\nOrder = lambda item: item\n',
    });
    expect(rollout).toMatchObject({ outcome: 'completed', failed: 0 });
    expect(found).toEqual([
      'pass old-release-serves',
      'pass deploy-cost',
      'pass deploy-order',
      'fail sessions-lost',
      'fail csrf-lost',
      'warn cached-values-unreadable',
      'warn old-assets-gone',
    ]);
    const [sessions, , , assets] = findings.filter(ofRollout).slice(3);
    expect(sessions?.detail).toContain('SECRET_KEY differs');
    expect(sessions?.hint).toContain('SECRET_KEY_FALLBACKS');
    expect(assets?.title).toMatch(
      /lose 1 of 1 files at the deploy: \/static\/stock\/site\.\w+\.css/,
    );
  });

  test('names requests that only the new release fails, after a slow start', patience, async () => {
    const {
      rollout,
      findings,
      codes: found,
    } = await deploy({
      'kiosk/wsgi.py': `import time\ntime.sleep(3)\n${kioskFiles['kiosk/wsgi.py']}`,
      'stock/templates/stock/order.html': '{% include "stock/missing.html" %}\n',
    });
    expect(found).toEqual([
      'pass old-release-serves',
      'fail rollout-requests-failed',
      'pass deploy-order',
    ]);
    const failed = findings.find(({ code }) => code === 'rollout-requests-failed');
    expect(failed?.title).toMatch(/: POST \/order\/ of the new release answers 500\.$/);
    expect(failed?.detail).toContain('TemplateDoesNotExist: stock/missing.html');
    const phases = Object.fromEntries(rollout.phases.map((phase) => [phase.name, phase]));
    expect(phases['boot']?.ms).toBeGreaterThan(3000);
    expect(phases['boot']).toMatchObject({ failed: 0 });
    expect(phases['after']?.failed).toBeGreaterThan(0);
  });

  test('keeps the old release where the new one does not become healthy', patience, async () => {
    const {
      rollout,
      outcomes,
      codes: found,
    } = await deploy({
      'kiosk/wsgi.py': 'raise RuntimeError("no licence")\n',
    });
    expect(outcomes).toMatchObject({ boot: 'failed' });
    expect(rollout).toMatchObject({ outcome: 'refused', failed: 0 });
    expect(rollout.summary).toBe(
      'This deploy would not have gone through: the new release does not become healthy. Until then it would have cost no request.',
    );
    expect(found).toEqual(['pass old-release-serves', 'pass deploy-order']);
  });

  test('keeps the old release where the probe of the platform is refused', patience, async () => {
    const { rollout, codes: found } = await deploy({ 'config/deploy.yml': kamal('/') });
    expect(found).toEqual([
      'pass old-release-serves',
      'fail health-refuses-probe',
      'pass deploy-order',
    ]);
    expect(rollout.summary).toContain(
      'Kamal never gives this release traffic: / answers its probe 400',
    );
    expect(rollout).toMatchObject({ outcome: 'refused', failed: 0 });
    expect(rollout.phases.map(({ name }) => name)).toEqual(['before', 'release', 'boot']);
  });
});
