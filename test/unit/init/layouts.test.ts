import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { planInit } from '../../../src/init/plan.ts';
import { readInitFacts } from '../../../src/init/read-init-facts.ts';
import { loadProject } from '../../../src/project/load-project.ts';
import { type LayoutName, openLayout } from '../../support/layouts.ts';

/** The manifest of a layout without its head, what is written beside it, and what is left open. */
async function adopt(name: LayoutName): Promise<string> {
  await using project = await openLayout(name);
  const plan = planInit(await readInitFacts(project.root, undefined));
  for (const { path, text, exists } of plan.files) if (!exists) await project.write(path, text);
  // What was written has to be what djdev reads.
  await loadProject({ cwd: project.root, shell: {} });
  const manifest = await readFile(`${project.root}/djdev.yaml`, 'utf8');
  const written = plan.files.filter(({ exists }) => !exists).map(({ path }) => path);
  return [
    manifest.slice(manifest.indexOf('app:')).replaceAll(/rehearse:[\s\S]*?smoke:\n/gu, 'smoke:\n'),
    `writes: ${written.join(', ')}\n`,
    ...plan.open.map((text) => `! ${text}\n`),
  ].join('');
}

test('channels', async () => {
  expect(await adopt('channels')).toMatchInlineSnapshot(`
    "app:
      settings:
        dev: chat.settings
        prod: chat.settings
      env:
        DEBUG: { dev: "True", prod: "False" }  # chat/settings.py:9
        REDIS_URL: \${services.redis.url}  # chat/settings.py:64

    services:
      postgres: {}  # requirements.txt:6
      redis: {}  # requirements.txt: channels-redis

    smoke:
        - get: /
    writes: djdev.yaml, .env.example
    ! chat/settings.py:76 redirects development to https as well, where nothing answers: SECURE_SSL_REDIRECT = not DEBUG.
    "
  `);
});

test('cookiecutter', async () => {
  expect(await adopt('cookiecutter')).toMatchInlineSnapshot(`
    "app:
      build:  # services.django in docker-compose.production.yml
        dockerfile: compose/production/django/Dockerfile
      settings:
        dev: config.settings.production
        prod: config.settings.production
      env:
        POSTGRES_USER: \${services.postgres.user}  # the start scripts want it
        POSTGRES_PASSWORD: \${services.postgres.password}  # the start scripts want it
        POSTGRES_HOST: \${services.postgres.host}  # the start scripts want it
        POSTGRES_PORT: \${services.postgres.port}  # the start scripts want it
        POSTGRES_DB: \${services.postgres.name}  # the start scripts want it
        DJANGO_DEBUG: { dev: "True", prod: "False" }  # config/settings/base.py:20
        DJANGO_SECURE_SSL_REDIRECT: { dev: "False", required: false }  # config/settings/production.py:25
        REDIS_URL: \${services.redis.url}  # config/settings/base.py:132
        MAILGUN_API_KEY: { generate: true }  # made up; config/settings/production.py:57 wants it
        DJANGO_ADMIN_URL: "\${DJANGO_ADMIN_URL:-admin/}"  # made up; config/settings/production.py:61 wants it

    processes:
      web:
        command: /start
        port: 5000
      celeryworker:
        command: /start-celeryworker
      celerybeat:
        command: /start-celerybeat

    services:
      postgres: { version: "17" }  # docker-compose.production.yml
      redis: { version: "8" }  # docker-compose.production.yml

    smoke:
        - get: /
    writes: djdev.yaml
    ! MAILGUN_API_KEY, DJANGO_ADMIN_URL: production needs them (config/settings/production.py:57), and nothing gives a value. djdev makes one up; put real ones into .env.
    ! config/settings/local.py:28 wants django-debug-toolbar, django-extensions, which production does not install, and there is one image: development begins with production’s settings. Guard it (try, or importlib.util.find_spec) and set settings.dev.
    ! No health URL was found: djdev init --health-patch | git apply adds /healthz/, which asks the database.
    ! Not taken over from docker-compose.production.yml: traefik: a proxy; djdev sends what one in front of production would.
    "
  `);
});

test('docker-directory', async () => {
  expect(await adopt('docker-directory')).toMatchInlineSnapshot(`
    "app:
      build:  # services.app in docker/docker-compose.yml
        dockerfile: docker/Dockerfile
      settings:
        dev: crm.settings
        prod: crm.settings
      env:
        ENV_TYPE: { dev: "dev", prod: "no" }  # crm/settings.py:8

    services:
      postgres: { version: "17", aliases: [database] }  # docker/docker-compose.yml

    smoke:
        - get: /
    writes: djdev.yaml, .dockerignore, .env.example
    "
  `);
});

test('heroku', async () => {
  expect(await adopt('heroku')).toMatchInlineSnapshot(`
    "app:
      settings:
        dev: gettingstarted.settings
        prod: gettingstarted.settings
      env:
        DJANGO_DEBUG: { dev: "1", prod: "no" }  # gettingstarted/settings.py:15

    processes:
      web:
        port: 8000

    services:
      postgres: {}  # requirements.txt:3

    smoke:
        - get: /
    writes: djdev.yaml, Dockerfile, .dockerignore, .env.example
    ! No health URL was found: djdev init --health-patch | git apply adds /healthz/, which asks the database.
    "
  `);
});

test('monorepo', async () => {
  expect(await adopt('monorepo')).toMatchInlineSnapshot(`
    "app:
      build:  # services.backend in compose.yaml
        dockerfile: backend/Dockerfile
        context: backend
      settings:
        dev: api.settings
        prod: api.settings
      env:
        DEBUG: { dev: "1", prod: "no" }  # backend/api/settings.py:7
        CELERY_BROKER_URL: \${services.redis.url}  # compose.yaml
        CELERY_RESULT_BACKEND: "redis://\${services.redis.host}:\${services.redis.port}/1"  # compose.yaml

    processes:
      worker:
        command: celery -A api worker -l info
      beat:
        command: celery -A api beat -l info -s /tmp/celerybeat-schedule

    services:
      postgres: { version: "17", aliases: [db] }  # compose.yaml
      redis: { version: "8", aliases: [cache] }  # compose.yaml

    smoke:
        - get: /
    writes: djdev.yaml, .env.example
    ! No health URL was found: djdev init --health-patch | git apply adds /healthz/, which asks the database.
    ! Not taken over from compose.yaml: frontend: built from ./frontend; djdev runs one image.
    "
  `);
});

test('nested', async () => {
  expect(await adopt('nested')).toMatchInlineSnapshot(`
    "app:
      settings:
        dev: website.settings
        prod: website.settings
      env:
        WEBSITE_DATABASE_URL: \${services.postgres.url}  # website/website/settings.py:58
        REPORTS_DATABASE_URL: "postgres://app:throw-away@\${services.reports-database.host}:5432/app"  # website/website/settings.py:59
        WEBSITE_DEBUG: { dev: "yes", prod: "no" }  # website/website/settings.py:9

    processes:
      web:
        port: 8000

    services:
      postgres: {}  # requirements.in:3
      reports-database: { image: "postgres:17", env: { POSTGRES_USER: app, POSTGRES_PASSWORD: throw-away, POSTGRES_DB: app }, ports: [5432] }  # website/website/settings.py:59

    smoke:
        - get: /
    writes: djdev.yaml, Dockerfile, .dockerignore, .env.example
    ! No health URL was found: djdev init --health-patch | git apply adds /healthz/, which asks the database.
    "
  `);
});

test('pipenv', async () => {
  expect(await adopt('pipenv')).toMatchInlineSnapshot(`
    "app:
      settings:
        dev: library.settings
        prod: library.settings
      env:
        DEBUG: { dev: "True", prod: "False" }  # library/settings.py:12

    processes:
      web:
        port: 8000

    services:
      postgres: {}  # Pipfile:10

    smoke:
        - get: /
    writes: djdev.yaml, Dockerfile, .dockerignore, .env.example
    ! No health URL was found: djdev init --health-patch | git apply adds /healthz/, which asks the database.
    "
  `);
});

test('poetry', async () => {
  expect(await adopt('poetry')).toMatchInlineSnapshot(`
    "app:
      settings:
        dev: config.settings
        prod: config.settings
      env:
        DEBUG: { dev: "True", prod: "False" }  # config/settings.py:8

    processes:
      web:
        port: 8000

    services:
      postgres: {}  # pyproject.toml:12

    smoke:
        - get: /
    writes: djdev.yaml, Dockerfile, .dockerignore
    ! No health URL was found: djdev init --health-patch | git apply adds /healthz/, which asks the database.
    "
  `);
});

test('runserver', async () => {
  expect(await adopt('runserver')).toMatchInlineSnapshot(`
    "app:
      settings:
        dev: core.settings
        prod: core.settings

    processes:
      web:
        command: "gunicorn core.wsgi:application --bind 0.0.0.0:8000 --workers 2 --threads 4"
        port: 8000

    services:
      postgres: { version: "17", aliases: [db] }  # docker-compose.yml

    smoke:
        - get: /
    writes: djdev.yaml, .dockerignore, .env.example
    ! Dockerfile:8 starts runserver, which is not for production: the manifest starts gunicorn instead. Better: CMD ["gunicorn", "core.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4"].
    ! No health URL was found: djdev init --health-patch | git apply adds /healthz/, which asks the database.
    "
  `);
});

test('split-requirements', async () => {
  expect(await adopt('split-requirements')).toMatchInlineSnapshot(`
    "app:
      settings:
        dev: config.settings.dev
        prod: config.settings.prod
      env:
        STRIPE_API_KEY: { generate: true }  # made up; config/settings/prod.py:15 wants it

    processes:
      web:
        port: 8000

    services:
      postgres: {}  # requirements/base.txt:2

    smoke:
        - get: /
    writes: djdev.yaml, Dockerfile, .dockerignore, .env.example
    ! STRIPE_API_KEY: production needs it (config/settings/prod.py:15), and nothing gives a value. djdev makes one up; put real ones into .env.
    ! No health URL was found: djdev init --health-patch | git apply adds /healthz/, which asks the database.
    "
  `);
});

test('startproject', async () => {
  expect(await adopt('startproject')).toMatchInlineSnapshot(`
    "app:
      settings:
        dev: mysite.settings
        prod: mysite.settings

    processes:
      web:
        port: 8000

    services:
      postgres: false  # mysite/settings.py: SQLite

    smoke:
        - get: /
    writes: djdev.yaml, Dockerfile, .dockerignore, .env.example
    ! The database is SQLite (mysite/settings.py): it lies in the container and goes with it. For production read DATABASE_URL.
    ! No requirements were found: write requirements.txt with pinned versions.
    ! STATIC_ROOT is not set, so production has no static files: set it, and serve it with WhiteNoise.
    ! No health URL was found: djdev init --health-patch | git apply adds /healthz/, which asks the database.
    "
  `);
});

test('testdriven', async () => {
  expect(await adopt('testdriven')).toMatchInlineSnapshot(`
    "app:
      build:  # services.web in docker-compose.prod.yml
        dockerfile: app/Dockerfile.prod
        context: app
      settings:
        dev: hello_django.settings
        prod: hello_django.settings
      env:
        DEBUG: { dev: "1", required: false }  # app/hello_django/settings.py:8

    processes:
      web:
        command: "gunicorn hello_django.wsgi:application --bind 0.0.0.0:8000"
        port: 8000

    services:
      postgres: { version: "17", aliases: [db] }  # docker-compose.prod.yml

    smoke:
        - get: /
    writes: djdev.yaml, app/.dockerignore, .env.example
    ! No health URL was found: djdev init --health-patch | git apply adds /healthz/, which asks the database.
    ! Not taken over from docker-compose.prod.yml: nginx: a proxy; djdev sends what one in front of production would.
    "
  `);
});

test('uv', async () => {
  expect(await adopt('uv')).toMatchInlineSnapshot(`
    "app:
      settings:
        dev: shelf.settings
        prod: shelf.settings
      env:
        DJANGO_DEBUG: { dev: "true", prod: "no" }  # src/shelf/settings.py:7

    processes:
      web:
        port: 8000
        health: /healthz

    services:
      postgres: {}  # pyproject.toml:9

    smoke:
        - get: /
    writes: djdev.yaml, Dockerfile, .dockerignore, .env.example
    "
  `);
});

test('wagtail', async () => {
  expect(await adopt('wagtail')).toMatchInlineSnapshot(`
    "app:
      settings:
        dev: blog.settings.dev
        prod: blog.settings.dev

    smoke:
        - get: /
    writes: djdev.yaml, .env.example
    ! blog/settings/production.py has no SECRET_KEY, so nothing can start with it: production begins with the settings of development. Write SECRET_KEY = os.environ["SECRET_KEY"] there, ALLOWED_HOSTS too, and set settings.prod.
    ! The database is SQLite (blog/settings/base.py): it lies in the container and goes with it. For production read DATABASE_URL.
    ! No health URL was found: djdev init --health-patch | git apply adds /healthz/, which asks the database.
    "
  `);
});
