import { expect, test } from 'vitest';
import { planInit } from '../../../src/init/plan.ts';
import { readInitFacts } from '../../../src/init/read-init-facts.ts';
import { loadProject } from '../../../src/project/load-project.ts';
import { withProject } from '../../support/with-project.ts';

const files = {
  'manage.py': 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")\n',
  'config/settings/local.py': 'from .base import *\n',
  'config/settings/production.py': 'from .base import *\n',
  'config/settings/base.py': `import os
SECRET_KEY = os.environ["SECRET_KEY"]
DATABASES = {"default": env.db("DATABASE_URL")}
STATIC_ROOT = "x"
STRIPE = os.environ["STRIPE_KEY"]
CACHE = os.environ["REDIS_URL"]
`,
  'config/urls.py': 'urlpatterns = [path("healthz/", health)]\n',
  'config/wsgi.py': '',
  'requirements/base.txt': 'Django==5.2\npsycopg==3.2\nredis==5\ngunicorn==23\n',
  'requirements/production.txt': '-r base.txt\n',
} as const;

const planFor = async (changes: Readonly<Record<string, string>> = {}, compose?: string) => {
  await using project = await withProject({ ...files, ...changes });
  return planInit(await readInitFacts(project.root, compose));
};

const textOf = (plan: Awaited<ReturnType<typeof planFor>>, path: string): string =>
  plan.files.find((file) => file.path === path)?.text ?? '';

test('a project without anything gets a manifest, a Dockerfile and its ignore file', async () => {
  const plan = await planFor();
  expect(plan.files.map(({ path, exists }) => `${path} ${exists}`)).toEqual([
    'djdev.yaml false',
    'Dockerfile false',
    '.dockerignore false',
    '.env.example false',
  ]);
  expect(textOf(plan, 'Dockerfile')).toMatchInlineSnapshot(`
    "FROM python:3.13-slim AS packages

    ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
    RUN python -m venv /opt/venv
    ENV PATH=/opt/venv/bin:$PATH
    WORKDIR /app

    COPY requirements requirements
    RUN pip install -r requirements/production.txt

    FROM python:3.13-slim

    RUN apt-get update \\
        && apt-get install --yes --no-install-recommends libpq5 \\
        && rm -rf /var/lib/apt/lists/*

    ENV PYTHONDONTWRITEBYTECODE=1
    ENV PYTHONUNBUFFERED=1
    ENV PATH=/opt/venv/bin:$PATH
    ENV DJANGO_SETTINGS_MODULE=config.settings.production

    COPY --from=packages /opt/venv /opt/venv
    WORKDIR /app
    COPY . .

    # Values for this line alone: the image does not keep them, and nothing connects to anything.
    RUN SECRET_KEY=build-only \\
        DATABASE_URL=postgres://build-only/build \\
        STRIPE_KEY=build-only \\
        REDIS_URL=redis://localhost:6379/0 \\
        python manage.py collectstatic --noinput

    # The code belongs to root: the process can read it and not change it.
    USER 10001:10001

    EXPOSE 8000

    CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4"]
    "
  `);
  expect(plan.open).toEqual([
    'STRIPE_KEY: production needs it (config/settings/base.py:5), and nothing gives a value. djdev makes one up; put real ones into .env.',
  ]);
});

test('the manifest loads, and says no more than cannot be derived', async () => {
  await using project = await withProject(files);
  const plan = planInit(await readInitFacts(project.root, undefined));
  const manifest = textOf(plan, 'djdev.yaml');
  expect(manifest.replace(/^name: .*$/mu, 'name: shop')).toMatchInlineSnapshot(`
    "# yaml-language-server: $schema=https://raw.githubusercontent.com/djdev/djdev/main/schema.json
    # What is not written here is derived from the project; \`djdev config\` shows all of it.
    name: shop

    app:
      settings:
        dev: config.settings.local
        prod: config.settings.production
      env:
        REDIS_URL: \${services.redis.url}  # config/settings/base.py:6
        STRIPE_KEY: { generate: true }  # made up; config/settings/base.py:5 wants it

    processes:
      web:
        port: 8000
        health: /healthz/

    services:
      postgres: {}  # requirements/base.txt:2
      redis: {}  # requirements/production.txt: redis

    rehearse:
      # What must answer before a release is good; add the pages that count.
      smoke:
        - get: /healthz/
    "
  `);
  await using adopted = await withProject({
    ...files,
    ...Object.fromEntries(plan.files.map(({ path, text }) => [path, text])),
  });
  const loaded = await loadProject({ cwd: adopted.root, shell: {} });
  expect(loaded.settings.prod).toBe('config.settings.production');
  expect(loaded.variables.map(({ name }) => name).toSorted()).toEqual([
    'DATABASE_URL',
    'REDIS_URL',
    'SECRET_KEY',
    'STRIPE_KEY',
  ]);
});

test('what is there stays, and a Procfile says what runs', async () => {
  const plan = await planFor({
    Dockerfile: 'FROM python:3.13-slim\n',
    'djdev.yml': 'name: shop\n',
    Procfile: 'web: gunicorn config.wsgi --workers 3\nworker: celery -A config worker\n',
  });
  expect(plan.files.filter(({ exists }) => exists).map(({ path }) => path)).toEqual([
    'djdev.yaml',
    'Dockerfile',
  ]);
  expect(plan.found).toContainEqual({
    what: 'server',
    value: 'gunicorn config.wsgi --workers 3 --bind 0.0.0.0:8000',
    why: 'Procfile',
  });
  expect(textOf(plan, 'djdev.yaml')).toContain('  worker:\n    command: celery -A config worker\n');
});

test.each([
  ['uv.lock', 'uv sync --frozen --no-dev'],
  ['poetry.lock', 'poetry export --only main'],
  ['Pipfile.lock', 'pipenv requirements --hash'],
])('%s says how packages are installed', async (lock, command) => {
  expect(textOf(await planFor({ [lock]: '' }), 'Dockerfile')).toContain(command);
});

test('a directory without a Django project is told', async () => {
  await using project = await withProject({ 'README.md': '' });
  await expect(readInitFacts(project.root, undefined)).rejects.toThrow('There is no manage.py');
});
