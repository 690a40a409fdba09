import { expect, test } from 'vitest';
import { usualTarget } from '../../../src/project/deploy-target.ts';
import type { Project } from '../../../src/project/project.ts';
import { loadFiles } from './load-files.ts';

/** The value and the origin of each key path that a test is about. */
function show(project: Project, keys: readonly string[]): readonly string[] {
  return keys.map((key) => `${key} ← ${project.origins[key]?.text}`);
}

const variables = (project: Project): readonly string[] =>
  project.variables.map(
    ({ name, value, generate, origin }) =>
      `${name}=${generate ? '(generated)' : String(value)} ← ${origin.text}`,
  );

test('a plain project without a manifest is derived as a whole', async () => {
  const project = await loadFiles(
    {
      'manage.py': 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")\n',
      'config/wsgi.py': 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")\n',
      'config/settings/base.py': `SECRET_KEY = env(
    "DJANGO_SECRET_KEY"
)
DATABASES = {"default": env.db("DATABASE_URL")}
`,
      'config/settings/local.py': '',
      'config/settings/production.py': 'ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")\n',
      'config/urls.py': 'urlpatterns = [\n    path("healthz/", views.health),\n]\n',
      'requirements.txt': 'Django==5.2\n# psycopg in a comment\npsycopg[binary]==3.2\n',
      '.git/HEAD': '',
    },
    { below: 'config/settings' },
  );
  expect(project.manifests).toEqual([]);
  expect(project.settings).toEqual({
    dev: 'config.settings.local',
    prod: 'config.settings.production',
  });
  expect(project.processes).toEqual([
    { name: 'web', command: undefined, port: 8000, health: '/healthz/' },
  ]);
  expect(project.services).toEqual([{ name: 'postgres', kind: 'postgres', image: 'postgres:17' }]);
  expect(project.rehearse).toEqual({
    release: [['python', 'manage.py', 'migrate', '--noinput']],
    smoke: [],
    smokeTests: [],
    host: 'localhost',
    budgets: { bootMs: undefined, imageBytes: undefined },
    target: usualTarget('docker'),
    graceMs: 10_000,
  });
  expect(variables(project)).toMatchInlineSnapshot(`
    [
      "DATABASE_URL=\${services.postgres.url} ← config/settings/base.py:4",
      "DJANGO_SECRET_KEY=(generated) ← config/settings/base.py:1, made up for each run",
      "ALLOWED_HOSTS=localhost,127.0.0.1,.localhost ← config/settings/production.py:1",
    ]
  `);
  expect(
    show(project, [
      'app.settings.dev',
      'app.settings.prod',
      'processes.web.command',
      'processes.web.port',
      'processes.web.health',
      'services.postgres.image',
      'rehearse.release',
      'rehearse.host',
      'app.build.dockerfile',
    ]),
  ).toMatchInlineSnapshot(`
    [
      "app.settings.dev ← found config/settings/local.py",
      "app.settings.prod ← found config/settings/production.py",
      "processes.web.command ← the image’s own CMD",
      "processes.web.port ← the usual port; nothing names another",
      "processes.web.health ← config/urls.py:2",
      "services.postgres.image ← requirements.txt:3; djdev’s default version",
      "rehearse.release ← the usual release command",
      "rehearse.host ← no allowed host is known",
      "app.build.dockerfile ← found Dockerfile",
    ]
  `);
});

test('the name is the directory’s, and the id tells worktrees apart', async () => {
  const project = await loadFiles(
    { 'My Shop 2/djdev.yaml': '', 'My Shop 2/Dockerfile': 'FROM a\n' },
    {
      below: 'My Shop 2',
    },
  );
  expect(project.name).toBe('my-shop-2');
  expect(project.id).toMatch(/^my-shop-2-[0-9a-f]{6}$/);
  const named = await loadFiles({ 'djdev.yaml': 'name: shop\n' }, { projectName: 'review' });
  expect([named.name, named.origins['name']?.text]).toEqual(['review', '--project-name']);
});

test('a manifest above wins over a manage.py nearby', async () => {
  const project = await loadFiles(
    { 'djdev.yaml': 'name: mono\n', 'api/manage.py': '', 'api/Dockerfile': 'FROM a\n' },
    { below: 'api' },
  );
  expect(project.name).toBe('mono');
});

test('cookiecutter-django: the nested Dockerfile, the start script’s port, its variables', async () => {
  const project = await loadFiles({
    Dockerfile: 'FROM unused\n',
    'djdev.yaml': 'app: { build: { dockerfile: compose/production/django/Dockerfile } }\n',
    'compose/production/django/Dockerfile': `FROM python:3.13-slim AS run
COPY ./compose/production/django/entrypoint /entrypoint
COPY ./compose/production/django/start /start
ENTRYPOINT ["/entrypoint"]
`,
    'compose/production/django/start':
      'exec gunicorn config.wsgi --bind 0.0.0.0:5000 --chdir=/app\n',
    'config/settings/base.py': 'DATABASES = {"default": env.db()}\n',
    'config/settings/production.py': `SECRET_KEY = env("DJANGO_SECRET_KEY")
ALLOWED_HOSTS = env.list("DJANGO_ALLOWED_HOSTS", default=["example.com"])
`,
    '.env.example': 'export POSTGRES_HOST=postgres\nPOSTGRES_PORT=5432\nREDIS_URL=redis://redis\n',
  });
  expect(project.processes[0]).toMatchObject({ port: 8000, command: undefined });
  expect(variables(project)).toMatchInlineSnapshot(`
    [
      "DATABASE_URL=\${services.postgres.url} ← config/settings/base.py:1",
      "POSTGRES_HOST=\${services.postgres.host} ← .env.example:1",
      "POSTGRES_PORT=\${services.postgres.port} ← .env.example:2",
      "DJANGO_SECRET_KEY=(generated) ← config/settings/production.py:1, made up for each run",
      "DJANGO_ALLOWED_HOSTS=localhost,127.0.0.1,.localhost ← config/settings/production.py:2",
    ]
  `);
});

test.each([
  ['CMD binds', 'CMD ["gunicorn", "a", "-b", "0.0.0.0:5001"]', {}, 5001, 'CMD at Dockerfile:2'],
  [
    'uvicorn’s --port',
    'CMD uvicorn a:app --host 0.0.0.0 --port 5002',
    {},
    5002,
    'CMD at Dockerfile:2',
  ],
  [
    'a script',
    'COPY ops/start.sh /\nCMD ["/start.sh"]',
    { 'ops/start.sh': 'pg_isready -h db -p 5432\nexec gunicorn a \\\n  --bind=:5003\n' },
    5003,
    'ops/start.sh',
  ],
  [
    'gunicorn.conf.py',
    'EXPOSE 9\nCMD ["gunicorn"]',
    { 'gunicorn.conf.py': `bind = f"0.0.0.0:{os.environ.get('PORT', '5004')}"\n` },
    5004,
    'gunicorn.conf.py:1',
  ],
  ['EXPOSE', 'EXPOSE 5005\nCMD ["gunicorn"]', {}, 5005, 'EXPOSE at Dockerfile:2'],
  ['nothing', 'CMD ["gunicorn"]', {}, 8000, 'the usual port; nothing names another'],
])('the port by %s', async (_, dockerfile, files, port, origin) => {
  const project = await loadFiles({ Dockerfile: `FROM python:3.13\n${dockerfile}\n`, ...files });
  expect([project.processes[0]?.port, project.origins['processes.web.port']?.text]).toEqual([
    port,
    origin,
  ]);
});

test.each([
  ['HEALTHCHECK CMD curl -f "http://localhost:8000/up" || exit 1', '', '/up'],
  ['HEALTHCHECK NONE', 'path("", home), path("up/", include("up.urls"))', '/up/'],
  ['HEALTHCHECK NONE', "re_path(r'^__heartbeat__$', beat)", '/__heartbeat__'],
  ['HEALTHCHECK NONE', 'path("healthz-not/", a), path("checkup/", b)', undefined],
])('the health path by “%s” and “%s” is %s', async (dockerfile, urls, health) => {
  const project = await loadFiles({
    Dockerfile: `FROM python:3.13\n${dockerfile}\n`,
    'config/urls.py': `urlpatterns = [${urls}]\n`,
  });
  expect(project.processes[0]?.health).toBe(health);
});

test('the settings of production: the image, a module by name, wsgi.py, manage.py', async () => {
  const assign = (name: string): string =>
    `os.environ.setdefault("DJANGO_SETTINGS_MODULE", "${name}")\n`;
  const prod = async (files: Readonly<Record<string, string>>): Promise<string | undefined> =>
    (await loadFiles({ 'manage.py': assign('shop.manage'), ...files })).settings.prod;
  const image = { Dockerfile: 'FROM a\nENV DJANGO_SETTINGS_MODULE=shop.image\n' };
  const module = { 'shop/settings/prod.py': '' };
  const wsgi = { 'shop/wsgi.py': assign('shop.wsgi') };
  expect(await prod({ ...image, ...module, ...wsgi })).toBe('shop.image');
  expect(await prod({ ...module, ...wsgi })).toBe('shop.settings.prod');
  expect(await prod(wsgi)).toBe('shop.wsgi');
  expect(await prod({})).toBe('shop.manage');
  expect(await prod({ 'manage.py': '' })).toBeUndefined();
});

test('a Dockerfile above the code is the project, wherever below one stands', async () => {
  const project = await loadFiles(
    { 'mono/Dockerfile': 'FROM a\n', 'mono/src/manage.py': '', 'mono/src/shop/urls.py': '' },
    { below: 'mono/src/shop' },
  );
  expect(project.name).toBe('mono');
});

test('code below a directory is named from manage.py', async () => {
  const { settings } = await loadFiles(
    {
      'mono/djdev.yaml': '',
      'mono/Dockerfile': 'FROM a\n',
      'mono/backend/manage.py': '',
      'mono/backend/shop/settings/production.py': '',
    },
    { below: 'mono' },
  );
  expect(settings.prod).toBe('shop.settings.production');
});

test('every family of database variables gets djdev’s own Postgres', async () => {
  const project = await loadFiles({
    'shop/settings.py': `DATABASES = {"default": {
    "ENGINE": os.environ.get("SQL_ENGINE", "django.db.backends.sqlite3"),
    "NAME": os.environ.get("SQL_DATABASE"), "USER": os.environ["DB_USER"],
    "PASSWORD": os.environ["DBPASSWORD"], "HOST": env("POSTGRES_HOST"), "PORT": env("DBPORT"),
}}
SECRET_KEY = "INSECURE"
ALLOWED_HOSTS = os.environ.get("HOSTS").split(" ")
`,
  });
  expect(variables(project)).toMatchInlineSnapshot(`
    [
      "SQL_ENGINE=django.db.backends.postgresql ← shop/settings.py:2",
      "SQL_DATABASE=\${services.postgres.name} ← shop/settings.py:3",
      "DB_USER=\${services.postgres.user} ← shop/settings.py:3",
      "DBPASSWORD=\${services.postgres.password} ← shop/settings.py:4",
      "POSTGRES_HOST=\${services.postgres.host} ← shop/settings.py:4",
      "DBPORT=\${services.postgres.port} ← shop/settings.py:4",
      "HOSTS=localhost 127.0.0.1 .localhost ← shop/settings.py:7",
    ]
  `);
});

test('a project without a Postgres driver gets no Postgres', async () => {
  const project = await loadFiles({
    'requirements.txt': 'Django==5.2\n',
    'shop/settings.py': 'env("DATABASE_URL")\n',
  });
  expect(project.services).toEqual([]);
  expect(project.variables).toEqual([]);
});

test('the public host comes from the settings when they name it themselves', async () => {
  const hostOf = async (hosts: string): Promise<string> => {
    const project = await loadFiles({
      'shop/settings.py': `DEBUG = False\nALLOWED_HOSTS = ${hosts}\n`,
    });
    return `${project.rehearse.host} ← ${project.origins['rehearse.host']?.text}`;
  };
  expect(await hostOf("['localhost', 'shop.example.com']")).toBe(
    'shop.example.com ← shop/settings.py:2',
  );
  expect(await hostOf('[\n    ".example.com",\n]')).toBe('www.example.com ← shop/settings.py:2');
  expect(await hostOf('["*"]')).toBe('localhost ← no allowed host is known');
  expect(await hostOf('os.environ["HOSTS"].split(",")')).toBe(
    'localhost ← no allowed host is known',
  );
});

test('the public host comes from the allowed hosts of production', async () => {
  const hostOf = async (hosts: string): Promise<string> => {
    const project = await loadFiles({
      'djdev.yaml': `app: { env: { HOSTS: "${hosts}" } }\n`,
      'shop/settings.py': 'ALLOWED_HOSTS = env.list("HOSTS")\n',
    });
    return project.rehearse.host;
  };
  expect(await hostOf('localhost,.example.com,shop.example.com')).toBe('shop.example.com');
  expect(await hostOf('localhost .example.com')).toBe('www.example.com');
  expect(await hostOf('*,127.0.0.1,.localhost')).toBe('localhost');
});

test('what is declared wins over what is derived', async () => {
  const project = await loadFiles({
    'djdev.yaml': `processes:
  api: { command: "uvicorn 'shop asgi:app' --port 5000", health: /ok }
  web: { port: 9000 }
  worker: { command: [celery, -A, "shop worker"] }
services:
  postgres: { image: "postgis/postgis:17-3.5" }
  redis:
  search: { image: "opensearch:3" }
rehearse:
  release: []
  host: shop.example.com
  budgets: { boot: 1.5s, image: 1.5GB }
  grace: 2m
  smoke:
    - post: /api/
      send: { X-Token: 1 }
      json: { a: [1] }
      status: 201
      contains: [a, b]
      absent: c
      headers: { Content-Type: json }
`,
  });
  expect(project.processes).toEqual([
    {
      name: 'api',
      command: ['uvicorn', 'shop asgi:app', '--port', '5000'],
      port: undefined,
      health: '/ok',
    },
    { name: 'web', command: undefined, port: 9000, health: undefined },
    {
      name: 'worker',
      command: ['celery', '-A', 'shop worker'],
      port: undefined,
      health: undefined,
    },
  ]);
  expect(project.services.map(({ kind, image }) => [kind, image])).toEqual([
    ['postgres', 'postgis/postgis:17-3.5'],
    ['redis', 'redis:8'],
    ['image', 'opensearch:3'],
  ]);
  expect(project.rehearse).toEqual({
    release: [],
    host: 'shop.example.com',
    budgets: { bootMs: 1500, imageBytes: 1_500_000_000 },
    target: usualTarget('docker'),
    graceMs: 120_000,
    smokeTests: [expect.objectContaining({ isScenario: false, isWarning: false })],
    smoke: [
      {
        method: 'POST',
        path: '/api/',
        headers: { 'X-Token': '1' },
        form: undefined,
        json: { a: [1] },
        expect: {
          status: 201,
          contains: ['a', 'b'],
          absent: ['c'],
          headers: { 'content-type': 'json' },
        },
        location: { file: `${project.root}/djdev.yaml`, line: 15, column: 7 },
      },
    ],
  });
});

test('a loaded project is frozen through and through', async () => {
  const project = await loadFiles({ 'djdev.yaml': 'app: { env: { A: b } }\n' });
  expect(Object.isFrozen(project.variables[0]?.origin)).toBe(true);
  expect(Object.isFrozen(project.build.args)).toBe(true);
});
