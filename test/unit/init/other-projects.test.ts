import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { planInit } from '../../../src/init/plan.ts';
import { readInitFacts } from '../../../src/init/read-init-facts.ts';
import { withProject } from '../../support/with-project.ts';

const django = {
  'manage.py': 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")\n',
  'site1/settings.py': `SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = False
MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
]
DATABASES = {"default": dj_database_url.config()}
STATIC_ROOT = "s"
WSGI_APPLICATION = "site1.wsgi.application"
`,
  'site1/wsgi.py': 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")\n',
  'site1/urls.py': 'urlpatterns = [path("", home)]\n',
  'requirements.txt': 'Django==5.2.1\ngunicorn==23.0.0\npsycopg[binary]==3.2.9\n',
} as const;

const dockerfile = (end: string): string =>
  `FROM python:3.13-slim\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n${end}\n`;

/** What init says of this project with these files changed. */
async function adopt(changes: Readonly<Record<string, string>>) {
  await using project = await withProject({ ...django, ...changes });
  const plan = planInit(await readInitFacts(project.root, undefined), { ci: true });
  const text = (path: string): string => plan.files.find((file) => file.path === path)?.text ?? '';
  return { plan, manifest: text('djdev.yaml'), dockerfile: text('Dockerfile'), text };
}

const settingsWith = (text: string): Readonly<Record<string, string>> => ({
  'site1/settings.py': `${django['site1/settings.py']}${text}\n`,
});

test.each([
  ['== "1"', 'DEBUG = os.environ.get("DEBUG", "0") == "1"', '{ dev: "1", prod: "no" }'],
  [
    '== "True", on by default',
    'DEBUG = os.getenv("DEBUG", "True") == "True"',
    '{ dev: "True", prod: "no" }',
  ],
  [
    'a list',
    'DEBUG = os.getenv("DEBUG", "").lower() in ("yes", "on")',
    '{ dev: "yes", prod: "no" }',
  ],
  ['int', 'DEBUG = int(os.environ["DEBUG"])', '{ dev: "1", prod: "0" }'],
  ['django-environ', 'DEBUG = env.bool("DEBUG", default=True)', '{ dev: "True", prod: "False" }'],
  [
    'decouple',
    'DEBUG = config("DEBUG", default=False, cast=bool)',
    '{ dev: "True", prod: "False" }',
  ],
])('DEBUG of development, spelled as the settings read it: %s', async (_, line, value) => {
  const settings = django['site1/settings.py'].replace('DEBUG = False', line);
  const { manifest } = await adopt({ 'site1/settings.py': settings });
  expect(manifest).toContain(`    DEBUG: ${value}  # site1/settings.py:2\n`);
});

test('tools of development behind DEBUG leave it off, where production does not install them', async () => {
  const settings = django['site1/settings.py'].replace(
    'DEBUG = False',
    'DEBUG = env.bool("DEBUG", False)\nif DEBUG:\n    INSTALLED_APPS += ["debug_toolbar"]',
  );
  const { manifest } = await adopt({ 'site1/settings.py': settings });
  expect(manifest).not.toContain('DEBUG:');
});

test('variables with a prefix, a replica and a second database', async () => {
  const { manifest } = await adopt({
    'site1/settings.py': `DATABASES = {
  "default": {"HOST": os.environ["SHOP_DB_HOST"], "NAME": os.environ["SHOP_DB_NAME"]},
  "replica": dj_database_url.parse(os.environ["SHOP_REPLICA_DATABASE_URL"]),
  "logs": {"HOST": os.environ["LOGS_DB_HOST"], "PASSWORD": os.environ["LOGS_DB_PASSWORD"]},
}
`,
  });
  expect(manifest).toContain('SHOP_DB_HOST: ${services.postgres.host}');
  expect(manifest).toContain('SHOP_REPLICA_DATABASE_URL: ${services.postgres.url}');
  expect(manifest).toContain('LOGS_DB_HOST: ${services.logs-database.host}');
  expect(manifest).toContain('LOGS_DB_PASSWORD: throw-away');
  expect(manifest).toContain('  logs-database: { image: "postgres:17"');
});

test('values that are made up fit what the settings make of them', async () => {
  const { manifest, plan } = await adopt({
    ...settingsWith(`A = os.environ["STRIPE_KEY"]
B = env.int("WORKERS")
C = env.bool("USE_S3")
D = os.environ["SENTRY_DSN"]
E = os.environ["FRONTEND_URL"]
F = os.environ["FROM_EXAMPLE"]`),
    '.env.example': 'FROM_EXAMPLE=blue\n',
  });
  const lines = manifest.split('\n').filter((line) => / # (?:made up|\.env)/u.test(line));
  expect(lines.map((line) => line.trim().replace(/ {2}#.*/u, ''))).toEqual([
    'STRIPE_KEY: { generate: true }',
    'WORKERS: "${WORKERS:-1}"',
    'USE_S3: "${USE_S3:-False}"',
    'SENTRY_DSN: "${SENTRY_DSN:-}"',
    'FRONTEND_URL: "${FRONTEND_URL:-https://example.com}"',
    'FROM_EXAMPLE: "${FROM_EXAMPLE:-blue}"',
  ]);
  expect(plan.open[0]).toContain(
    'STRIPE_KEY, WORKERS, USE_S3, SENTRY_DSN, FRONTEND_URL: production',
  );
});

test.each([
  ['a server in exec form', 'CMD ["gunicorn", "site1.wsgi", "-b", ":8000"]', undefined],
  ['a supervisor', 'CMD ["supervisord", "-n"]', undefined],
  ['nothing', '', 'gunicorn site1.wsgi:application --bind 0.0.0.0:8000 --workers 2 --threads 4'],
  [
    'an entrypoint that hands on',
    'ENTRYPOINT ["tini", "--"]',
    'gunicorn site1.wsgi:application --bind 0.0.0.0:8000 --workers 2 --threads 4',
  ],
  [
    'runserver',
    'CMD python manage.py runserver 0.0.0.0:80',
    'gunicorn site1.wsgi:application --bind 0.0.0.0:8000 --workers 2 --threads 4',
  ],
])('what an image starts decides about the web process: %s', async (_, end, command) => {
  const { manifest } = await adopt({ Dockerfile: dockerfile(end) });
  const found = /^ {2}web:\n {4}command: "?(.*?)"?$/mu.exec(manifest)?.[1];
  expect(found).toBe(command);
});

test('runserver without a server that is installed is asked about, and works until then', async () => {
  const { plan, manifest } = await adopt({
    Dockerfile: dockerfile('CMD ["python", "manage.py", "runserver", "0.0.0.0:8000"]'),
    'requirements.txt': 'Django\npsycopg2-binary\n',
  });
  expect(plan.open[0]).toMatch(
    /^Dockerfile:6 starts runserver, which is not for production, and none is installed: add gunicorn/u,
  );
  expect(manifest).not.toContain('command:');
});

test('a port that the platform names, and one in the configuration of uWSGI', async () => {
  const named = await adopt({ Dockerfile: dockerfile('CMD gunicorn site1.wsgi -b 0.0.0.0:$PORT') });
  expect(named.manifest).toContain('    PORT: "8000"  # Dockerfile:6');
  const uwsgi = await adopt({
    Dockerfile: dockerfile('CMD ["uwsgi", "--ini", "deploy/uwsgi.ini"]'),
    'deploy/uwsgi.ini': '[uwsgi]\nhttp = :8080\n',
  });
  expect(uwsgi.manifest).toContain('  web:\n    port: 8080\n');
});

test('a Dockerfile for development is none for production', async () => {
  const { plan, dockerfile: written } = await adopt({
    'Dockerfile.dev': dockerfile('CMD ["python", "manage.py", "runserver"]'),
  });
  expect(plan.files.find(({ path }) => path === 'Dockerfile')?.exists).toBe(false);
  expect(written).toContain('FROM python:3.13-slim AS packages');
});

test('a stage of development at the end is passed over', async () => {
  const stages = `FROM python:3.13-slim AS base\nRUN pip install Django gunicorn\nFROM base AS release\nCMD ["gunicorn", "site1.wsgi"]\nFROM base AS dev\nCMD ["python", "manage.py", "runserver"]\n`;
  expect((await adopt({ Dockerfile: stages })).manifest).toContain('    target: release\n');
});

test('manage.py is named from where the image begins, and run as its server is', async () => {
  const { 'requirements.txt': requirements, ...code } = django;
  const below = Object.entries(code).map(([path, text]) => [`src/${path}`, text] as const);
  await using project = await withProject({
    ...Object.fromEntries(below),
    'requirements.txt': requirements,
    Dockerfile: dockerfile('CMD ["uv", "run", "gunicorn", "site1.wsgi", "--chdir", "src"]'),
  });
  const plan = planInit(await readInitFacts(project.root, undefined));
  const manifest = plan.files.find(({ path }) => path === 'djdev.yaml')?.text;
  expect(manifest).toContain('    - uv run python src/manage.py migrate --noinput\n');
});

test('files that the settings write beside the code belong to the process', async () => {
  const { dockerfile: written } = await adopt(
    settingsWith('LOGGING = {"handlers": {"file": {"filename": BASE_DIR / "logs" / "app.log"}}}'),
  );
  expect(written).toContain('RUN mkdir -p logs \\\n    && chown -R 10001:10001 logs\n');
});

test('without a driver for another database SQLite holds, and each container migrates', async () => {
  const { manifest, dockerfile: written } = await adopt({
    'site1/settings.py': `DATABASES = {"default": dj_database_url.config(default="sqlite:///db.sqlite3")}\n`,
    'requirements.txt': 'Django==5.2.1\ngunicorn==23.0.0\ndj-database-url==2\n',
  });
  expect(manifest).not.toContain('postgres: {');
  expect(written).toContain('python manage.py migrate --noinput && exec gunicorn');
});

test('Celery gets a worker, and beat where there is a schedule', async () => {
  const { manifest } = await adopt({
    ...settingsWith('CELERY_BROKER_URL = os.environ.get("REDIS_URL")\nCELERY_BEAT_SCHEDULE = {}'),
    'site1/celery.py': 'app = Celery("site1")\n',
    'requirements.txt': `${django['requirements.txt']}celery[redis]==5.5\n`,
  });
  expect(manifest).toContain('  worker:\n    command: celery -A site1 worker --loglevel INFO\n');
  expect(manifest).toContain('  beat:\n    command: celery -A site1 beat');
  expect(manifest).toContain('    REDIS_URL: ${services.redis.url}');
});

test('the patch of a health URL applies, and is not offered where there is one', async () => {
  await using project = await withProject(django);
  const plan = planInit(await readInitFacts(project.root, undefined));
  await project.write('health.patch', plan.healthPatch ?? '');
  await promisify(execFile)('git', ['apply', 'health.patch'], { cwd: project.root });
  const again = planInit(await readInitFacts(project.root, undefined));
  expect(again.healthPatch).toBeUndefined();
  const { plan: other } = await adopt({ 'site1/urls.py': 'urlpatterns = [path("up/", up)]\n' });
  expect(other.healthPatch).toBeUndefined();
});

test('a CI job, for the provider that the repository has', async () => {
  expect((await adopt({})).text('.github/workflows/djdev.yml')).toContain('uses: djdev/djdev@main');
  const gitlab = await adopt({ '.gitlab-ci.yml': '' });
  expect(gitlab.text('.gitlab/djdev.yml')).toContain('djdev rehearse');
});

test('django-configurations: a class for each mode, and its variables', async () => {
  const { manifest, dockerfile: written } = await adopt({
    'manage.py': `os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
os.environ.setdefault("DJANGO_CONFIGURATION", "Development")
`,
    'site1/settings.py': `class Base(Configuration):
    SECRET_KEY = values.SecretValue()
    DATABASES = values.DatabaseURLValue("postgres://localhost/x")
    STATIC_ROOT = "s"

class Development(Base):
    DEBUG = True

class Production(Base):
    BUCKET = values.Value(environ_required=True)
`,
  });
  expect(manifest).toContain('DJANGO_CONFIGURATION: { dev: Development, prod: Production }');
  expect(manifest).toContain('DJANGO_SECRET_KEY: { generate: true }');
  expect(manifest).toContain('DJANGO_BUCKET: { generate: true }');
  expect(written).toContain(
    'RUN DJANGO_CONFIGURATION=Production \\\n    DJANGO_SECRET_KEY=build-only',
  );
});

test('static files that go to a bucket are not collected in the build', async () => {
  const { dockerfile: written } = await adopt(
    settingsWith('STORAGES = {"staticfiles": {"BACKEND": "storages.backends.s3.S3Storage"}}'),
  );
  expect(written).not.toContain('collectstatic');
});

test('a project file without a lock is locked in the build', async () => {
  const { 'requirements.txt': _, ...code } = django;
  await using project = await withProject({
    ...code,
    'pyproject.toml': '[tool.poetry.dependencies]\npython = "^3.13"\ngunicorn = "*"\n',
  });
  const plan = planInit(await readInitFacts(project.root, undefined));
  const written = plan.files.find(({ path }) => path === 'Dockerfile')?.text;
  expect(written).toContain('COPY pyproject.toml ./\n');
  expect(written).toContain('poetry lock \\\n    && /opt/poetry/bin/poetry export');
});

test('code below src is found by the names that manage.py gives it', async () => {
  await using project = await withProject({
    'manage.py': 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.local")\n',
    'src/shop/settings/base.py': 'SECRET_KEY = os.environ["SECRET_KEY"]\n',
    'src/shop/settings/local.py': 'from .base import *\n',
    'src/shop/settings/production.py': 'from .base import *\n',
    'src/shop/wsgi.py': '',
    'requirements.txt': 'gunicorn==23.0.0\n',
  });
  const plan = planInit(await readInitFacts(project.root, undefined));
  const written = plan.files.find(({ path }) => path === 'Dockerfile')?.text;
  expect(written).toContain(
    'ENV DJANGO_SETTINGS_MODULE=shop.settings.production\nENV PYTHONPATH=/app/src\n',
  );
  expect(written).toContain('CMD ["gunicorn", "shop.wsgi:application"');
});

test('a health URL that a middleware answers is found, the one of the patch too', async () => {
  await using project = await withProject(django);
  const plan = planInit(await readInitFacts(project.root, undefined));
  await project.write('health.patch', plan.healthPatch ?? '');
  await promisify(execFile)('git', ['apply', 'health.patch'], { cwd: project.root });
  const again = planInit(await readInitFacts(project.root, undefined));
  const found = again.found.find(({ what }) => what === 'health URL');
  expect(found).toEqual({ what: 'health URL', value: '/healthz/', why: 'site1/health.py:10' });
});
