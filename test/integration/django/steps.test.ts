import { expect, test } from 'vitest';
import { planScratchPostgres } from '../../../src/database/plan-scratch-postgres.ts';
import type { EnvironmentValues } from '../../../src/engine/engine.ts';
import { runDatabase } from '../../../src/rehearse/steps/database.ts';
import { runMigrate } from '../../../src/rehearse/steps/migrate.ts';
import { runSettings } from '../../../src/rehearse/steps/settings.ts';
import { describeWithEngine, openEngineTest, type EngineTest } from '../../support/engine.ts';
import { demoProject } from './demo-project.ts';
import { buildProjectImage } from './django-image.ts';
import { openRunTest, startTestRunner } from './runner-test.ts';

const key = 'a-long-random-key-of-more-than-fifty-characters-0123456789';
const migrate = ['python', 'manage.py', 'migrate', '--noinput'];

/** What the settings step finds in `files`, with these variables. */
async function inspect(
  t: EngineTest,
  files: Readonly<Record<string, string>>,
  environment: EnvironmentValues = { SECRET_KEY: key },
) {
  const image = await buildProjectImage(t, files);
  const test = await openRunTest(t, environment);
  const runner = await startTestRunner(test, image);
  const { summary, value } = await runSettings(test.run, runner);
  const findings = test.findings();
  return { summary, facts: value, findings };
}

describeWithEngine('the settings step', () => {
  test('has nothing to say about a project in order, and knows its facts', async () => {
    await using t = await openEngineTest();
    const { summary, facts, findings } = await inspect(t, demoProject);
    expect(findings.map(({ code, level }) => `${level} ${code}`)).toEqual(['pass deploy-check']);
    expect(summary).toMatch(/^demo\.settings, Django 5\.2\.19 on Python 3\.13\.\d+$/u);
    expect(facts).toMatchObject({
      debug: false,
      databases: [
        {
          alias: 'default',
          engine: 'django.db.backends.sqlite3',
          host: '',
          name: '/tmp/db.sqlite3',
        },
      ],
      staticRoot: '/app/collected',
      staticUrl: '/static/',
      staticfiles: true,
      whitenoise: true,
      allowedHosts: ['demo.example.com'],
      secureSslRedirect: true,
      rootUrlconf: 'demo.urls',
      static: {
        storage: 'django.contrib.staticfiles.storage.ManifestStaticFilesStorage',
        local: true,
        hashed: true,
        root: '/app/collected',
        files: 0,
        manifest: { name: 'staticfiles.json', exists: false },
      },
    });
  });

  test('names the variable that is missing, and the line that wants it', async () => {
    await using t = await openEngineTest();
    const { findings, facts } = await inspect(t, demoProject, {});
    expect(facts).toBeUndefined();
    expect(findings).toMatchObject([
      {
        code: 'settings-import-failed',
        level: 'fail',
        title: 'The production settings cannot be imported: the variable SECRET_KEY has no value.',
        location: { file: 'demo/settings.py', line: 5 },
      },
    ]);
  });

  test('finds what goes wrong in production, and check --deploy does not say', async () => {
    await using t = await openEngineTest();
    const production = `from .settings import *
SECRET_KEY = "${key}"
LOGGING = {}
SECURE_PROXY_SSL_HEADER = None
STATICFILES_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
MEDIA_ROOT = STATIC_ROOT / "uploads"
MIDDLEWARE = MIDDLEWARE[1:2] + MIDDLEWARE[:1] + MIDDLEWARE[2:]
DATABASES["default"].update(ENGINE="django.db.backends.postgresql", CONN_MAX_AGE=60)
`;
    const { findings } = await inspect(
      t,
      {
        ...demoProject,
        'demo/production.py': production,
        'demo/urls.py': `urlpatterns = []

def handler500(request):
    raise RuntimeError("the page for errors has an error")
`,
      },
      { SECRET_KEY: key, DJANGO_SETTINGS_MODULE: 'demo.production' },
    );
    expect(findings.map(({ level, title }) => `${level} ${title}`).sort()).toMatchInlineSnapshot(`
      [
        "fail Errors leave no line in the log: nothing that “django.request” writes is seen.",
        "fail Production’s secret key is written in the code.",
        "fail The page for 500 fails itself: RuntimeError: the page for errors has an error",
        "fail The redirect to https never ends behind a TLS proxy.",
        "fail Uploads are written among the static files.",
        "pass “manage.py check --deploy” has nothing to say.",
        "warn After a restart of the database “default” the first request of every worker fails.",
        "warn Django 5.2.19 does not read STATICFILES_STORAGE.",
        "warn No mail leaves production.",
        "warn WhiteNoise comes before SecurityMiddleware.",
      ]
    `);
    expect(findings.find(({ code }) => code === 'error-page-broken')?.location).toEqual({
      file: 'demo/urls.py',
      line: 4,
    });
  });

  test('takes variables away, and tells of settings that go on without them', async () => {
    await using t = await openEngineTest();
    const { findings } = await inspect(t, {
      ...demoProject,
      'demo/settings.py': demoProject['demo/settings.py'].replace(
        'os.environ["SECRET_KEY"]',
        'os.environ.get("SECRET_KEY", "only-for-my-own-machine")',
      ),
    });
    expect(findings.map(({ level, title }) => `${level} ${title}`)).toEqual([
      'pass “manage.py check --deploy” has nothing to say.',
      'fail Without SECRET_KEY the settings take another secret key, and say nothing.',
    ]);
  });

  test('names the package that is missing', async () => {
    await using t = await openEngineTest();
    const { findings } = await inspect(t, {
      ...demoProject,
      'shop/models.py': 'import corsheaders\n',
    });
    expect(findings).toMatchObject([
      {
        code: 'settings-import-failed',
        title:
          'The project’s apps cannot be loaded with the production settings: the module “corsheaders” is not in the image.',
        location: { file: 'shop/models.py', line: 1 },
      },
    ]);
  });

  test('a broken URLconf is found, and does not hide the rest', async () => {
    await using t = await openEngineTest();
    const { findings, facts } = await inspect(t, {
      ...demoProject,
      'demo/urls.py': 'from shop.views import missing\n',
    });
    expect(facts).toBeDefined();
    expect(findings).toMatchObject([
      {
        code: 'settings-import-failed',
        location: { file: 'demo/urls.py', line: 1 },
      },
    ]);
  });

  test('judges Django’s own messages', async () => {
    await using t = await openEngineTest();
    const { findings } = await inspect(t, {
      ...demoProject,
      'demo/settings.py': `${demoProject['demo/settings.py']}
DEBUG = True
SECURE_HSTS_SECONDS = 0
`,
    });
    const seen = findings.map(({ level, title }) => `${level} ${title.split(':')[0]}`);
    expect(seen.toSorted()).toEqual(['fail security.W018', 'warn security.W004']);
  });

  test('a model without its migration fails, and says what is missing', async () => {
    await using t = await openEngineTest();
    const { findings } = await inspect(t, {
      ...demoProject,
      'shop/models.py': `${demoProject['shop/models.py']}    size = models.IntegerField(default=1)\n`,
    });
    expect(findings.map(({ code, level, detail }) => [code, level, detail])).toContainEqual([
      'migrations-missing',
      'fail',
      'makemigrations would create shop/migrations/0003_cup_size.py:\n  - Add field size to cup',
    ]);
  });
});

/** What the migrate step finds in `files`; the settings get Postgres unless `environment` says. */
async function migrateProject(
  t: EngineTest,
  files: Readonly<Record<string, string>>,
  release: readonly (readonly string[])[] = [migrate],
  usesPostgres = true,
) {
  const plan = planScratchPostgres({ name: 'db', kind: 'postgres', image: 'postgres:17' }, 'demo');
  const environment = {
    SECRET_KEY: key,
    ...(usesPostgres && {
      POSTGRES_HOST: plan.host,
      POSTGRES_PORT: String(plan.port),
      POSTGRES_NAME: plan.database,
      POSTGRES_USER: plan.user,
      POSTGRES_PASSWORD: plan.password,
    }),
  };
  const image = await buildProjectImage(t, files);
  const test = await openRunTest(t, environment, release);
  const [{ value: postgres }, runner] = await Promise.all([
    runDatabase(test.run, plan),
    startTestRunner(test, image),
  ]);
  if (!postgres) throw new Error('no Postgres');
  const result = await runMigrate(test.run, runner, postgres, release);
  return { ...result, findings: test.findings(), events: test.events };
}

describeWithEngine('the migrate step', () => {
  test('applies every migration in our Postgres, each with its time', async () => {
    await using t = await openEngineTest();
    const { summary, value, findings, events } = await migrateProject(t, demoProject);
    const own = value?.applied.filter((step) => step.own).map(({ app, name }) => `${app}.${name}`);
    expect(own).toEqual(['shop.0001_initial', 'shop.0002_fill']);
    expect(value?.applied.every(({ ms }) => ms > 0)).toBe(true);
    expect(summary).toBe(`${value?.applied.length} migrations`);
    expect(findings.map(({ code, level }) => `${level} ${code}`)).toEqual([
      'pass migration-applied',
    ]);
    const progress = events.flatMap((event) =>
      event.type === 'step-progressed' ? [event.text] : [],
    );
    expect(progress[0]).toBe(`${value?.applied.length} migrations to apply`);
    expect(progress.at(-1)).toBe(
      `${value?.applied.length} of ${value?.applied.length}: shop.0002_fill`,
    );
  });

  test('a database error comes with the line of the operation', async () => {
    await using t = await openEngineTest();
    const { value, findings } = await migrateProject(t, {
      ...demoProject,
      'shop/migrations/0003_unique.py': `from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("shop", "0002_fill")]
    operations = [
        migrations.RunSQL("UPDATE shop_cup SET name = 'cup'"),
        migrations.RunSQL("CREATE UNIQUE INDEX cup_name ON shop_cup (name)"),
    ]
`,
    });
    expect(value).toBeUndefined();
    expect(findings).toMatchObject([
      {
        code: 'migration-failed',
        level: 'fail',
        title:
          'The migration shop.0003_unique failed (Raw SQL operation): could not create unique ' +
          'index "cup_name" – Key (name)=(cup) is duplicated. (23505)',
        location: { file: 'shop/migrations/0003_unique.py', line: 7 },
      },
    ]);
  });

  test('a Python error comes with the line of the function', async () => {
    await using t = await openEngineTest();
    const { findings } = await migrateProject(t, {
      ...demoProject,
      'shop/migrations/0002_fill.py': demoProject['shop/migrations/0002_fill.py'].replace(
        'range(3)',
        'range(3 / 0)',
      ),
    });
    expect(findings).toMatchObject([
      {
        code: 'migration-failed',
        title:
          'The migration shop.0002_fill failed (Raw Python operation): ZeroDivisionError: division by zero',
        location: { file: 'shop/migrations/0002_fill.py', line: 5 },
      },
    ]);
  });

  test('a silent SQLite is found out', async () => {
    await using t = await openEngineTest();
    const { value, findings } = await migrateProject(t, demoProject, [migrate], false);
    expect(value).toBeUndefined();
    expect(findings).toMatchObject([
      {
        code: 'database-not-used',
        level: 'fail',
        detail:
          'The rehearsal’s Postgres has no table django_migrations: the settings use ' +
          'django.db.backends.sqlite3 (/tmp/db.sqlite3).',
      },
    ]);
  });

  test('other programs are release commands, too', async () => {
    await using t = await openEngineTest();
    const release = [
      ['sh', '-c', 'echo getting ready && python manage.py migrate --noinput'],
      ['python', 'manage.py', 'whereami'],
      ['sh', '-c', 'echo "no key" >&2; exit 3'],
    ];
    const { findings, events } = await migrateProject(t, demoProject, release);
    expect(findings).toMatchObject([
      {
        code: 'migration-failed',
        title: `The release command “sh -c echo "no key" >&2; exit 3” failed: exit code 3`,
        detail: 'no key',
      },
    ]);
    expect(JSON.stringify(events)).toContain('getting ready');
  });
});
