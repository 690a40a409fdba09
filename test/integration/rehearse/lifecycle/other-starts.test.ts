import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithEngine } from '../../../support/engine.ts';
import { kioskFiles } from '../../../support/kiosk.ts';
import { gunicorn, lifecycleTest, openKiosk, type RunningKiosk, told } from './run-kiosk.ts';

const threads = `${gunicorn} --threads 4`;

/** What shows when a release is started in another way than once, by itself, with everything there. */
const defects = `import os, time, warnings
from django.db import Error

DEFECT = os.environ.get("DEFECT")
visited = []

def defect(get_response):
    if DEFECT == "asks-at-import":
        from stock.models import Item
        try:
            Item.objects.count()
            known = True
        except Error:
            known = False
    def middleware(request):
        if DEFECT == "asks-at-import" and not known:
            from django.http import HttpResponse
            return HttpResponse("no rates", status=500)
        if DEFECT == "cold" and request.path == "/" and not visited:
            visited.append(request.path)
            warnings.warn("naive time", RuntimeWarning)
            time.sleep(float(os.environ.get("COLD_SECONDS", "3")))
        return get_response(request)
    return middleware
`;

/** With MEET two that migrate within five seconds of one another both plan before either begins. */
const meet = `import os, time
from django.db.models.signals import pre_migrate

ask = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'meeting'"

def meet(**kwargs):
    if not os.environ.pop("MEET", None):
        return
    from django.db import connection
    with connection.cursor() as cursor:
        cursor.execute("SET application_name = 'meeting'")
        for _ in range(100):
            cursor.execute(ask)
            if cursor.fetchone()[0] > 1:
                break
            time.sleep(0.05)
        time.sleep(0.2)

pre_migrate.connect(meet)
`;

const commands = {
  'stock/management/__init__.py': '',
  'stock/management/commands/__init__.py': '',
  'stock/management/commands/addowner.py': `from django.core.management.base import BaseCommand, CommandError
from stock.models import Item

class Command(BaseCommand):
    def handle(self, **options):
        if Item.objects.filter(name="owner").exists():
            raise CommandError("That username is already taken.")
        Item.objects.create(name="owner")
`,
  'stock/management/commands/work.py': `import time
from django.core.management.base import BaseCommand

class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("--fail", action="store_true")

    def handle(self, **options):
        if options["fail"]:
            import stripe
        while True:
            time.sleep(1)
`,
};

describeWithEngine('other starts of a release', () => {
  let kiosk: RunningKiosk;
  beforeAll(async () => {
    kiosk = await openKiosk({
      ...commands,
      'start.sh': `#!/bin/sh\nset -e\nMEET=1 python manage.py migrate --noinput\nexec ${threads}\n`,
      'stock/__init__.py': meet,
      'kiosk/defects.py': defects,
      'kiosk/settings.py': kioskFiles['kiosk/settings.py'].replace(
        '"kiosk.urls.probes",',
        '"kiosk.defects.defect", "kiosk.urls.probes",',
      ),
    });
  });
  afterAll(async () => await kiosk[Symbol.asyncDispose]());

  async function start(options: {
    readonly command: string;
    readonly manifest?: (text: string) => string;
    readonly rehearse?: string;
  }) {
    const { findings, report, leftovers } = await kiosk.run({
      ...options,
      command: JSON.stringify(options.command.split(' ')),
      skip: ['settings', 'static', 'http', 'shutdown'],
    });
    const step = report.steps.find(({ id }) => id === 'recovery');
    return {
      summary: step?.summary ?? '',
      leftovers,
      findings: findings.filter(({ step: id }) => id === 'recovery'),
    };
  }

  test('replicas that migrate as they start meet each other', lifecycleTest, async () => {
    const { findings, summary, leftovers } = await start({ command: 'sh ./start.sh' });
    expect(told(findings)).toEqual(['warn replicas-race']);
    expect(findings[0]?.detail).toMatch(/already exists|duplicate key|does not exist/u);
    expect(summary).toContain('released twice; ');
    expect(summary).toContain('without the database it ends with exit code 1');
    expect(summary).toContain('2 replicas at once, 1 ended');
    expect(leftovers).toEqual([]);
  });

  test('what is asked once at import stays broken', lifecycleTest, async () => {
    const { findings } = await start({ command: `env DEFECT=asks-at-import ${threads}` });
    expect(told(findings)).toEqual(['fail start-without-database']);
    expect(findings[0]?.detail).toContain('/healthz/ answers 500.');
  });

  test('the first user, the log and the second deploy', lifecycleTest, async () => {
    const { findings } = await start({
      command: `env DEFECT=cold COLD_SECONDS=8 ${threads}`,
      manifest: (text) =>
        text.replace(
          /( +- )python manage.py migrate --noinput\n/u,
          '$&$1python manage.py addowner\n',
        ),
    });
    expect(told(findings).toSorted()).toEqual([
      'fail release-not-repeatable',
      'warn first-request-slow',
      'warn warnings-logged',
    ]);
    const repeated = findings.find(({ code }) => code === 'release-not-repeatable');
    expect(repeated?.title).toBe(
      '“python manage.py addowner” fails when the same release is deployed again.',
    );
    expect(repeated?.detail).toContain('That username is already taken.');
  });

  test(
    'processes beside the web process end by themselves, or do not end at all',
    lifecycleTest,
    async () => {
      const others =
        '  clock: { command: python manage.py work }\n' +
        '  queue: { command: python manage.py work --fail }\n';
      const { findings } = await start({
        command: threads,
        rehearse: 'grace: 1s',
        manifest: (text) => text.replace('services:\n', `${others}services:\n`),
      });
      expect(told(findings).toSorted()).toEqual(['fail process-crashed', 'fail process-killed']);
      const crashed = findings.find(({ code }) => code === 'process-crashed');
      expect(crashed?.title).toBe('The process queue ended by itself with exit code 1.');
      expect(crashed?.hint).toMatch(/^stripe is not in the image/u);
    },
  );
});
