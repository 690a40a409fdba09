import { expect, test } from 'vitest';
import type { Project } from '../../../src/project/project.ts';
import {
  missingVariables,
  resolveEnvironment,
  type ServiceAddress,
} from '../../../src/project/resolve-environment.ts';
import { Secret } from '../../../src/project/secret.ts';
import { explainLoad, loadFiles, plain } from './load-files.ts';

const postgres: ServiceAddress = {
  url: new Secret('postgres://shop:pw@postgres:5432/shop'),
  host: 'postgres',
  port: 5432,
  user: 'shop',
  password: new Secret('pw'),
  name: 'shop',
};

const generate = (): string => 'made-up';

/** Each variable as `value` or `[value]` where it is a secret, with its origin. */
function show(project: Project, mode: 'dev' | 'prod' = 'prod'): Readonly<Record<string, string>> {
  const environment = resolveEnvironment(project, mode, { postgres }, generate);
  const origins = new Map(
    project.variables.map(({ name, origin, byMode }) => [
      name,
      (byMode?.[mode]?.origin ?? origin).text,
    ]),
  );
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      `${value instanceof Secret ? `[${value.reveal()}]` : value} ← ${origins.get(name) ?? 'settings'}`,
    ]),
  );
}

test('a value comes from the manifest, the shell, --env-file, env_file, .env, in this order', async () => {
  const project = await loadFiles(
    {
      'djdev.yaml': `app:
  env: { A: manifest, B:, C:, D:, E:, F: { generate: true } }
  env_file: [one.env, two.env]
`,
      'one.env': 'A=one\nB=one\nC=one\nD=one\nONLY=one\n',
      'two.env': 'D=two\n',
      'given.env': 'B=given\nC=given\n',
      '.env': 'A=dot\nB=dot\nC=dot\nD=dot\nE=dot\nF=dot\nUNNAMED=dot\n',
    },
    { envFiles: ['given.env'], shell: { A: 'shell', B: 'shell', ONLY: 'shell', HOME: '/home/me' } },
  );
  expect(show(project)).toMatchInlineSnapshot(`
    {
      "A": "manifest ← djdev.yaml:2",
      "B": "[shell] ← the shell",
      "C": "[given] ← given.env:2",
      "D": "[two] ← two.env:1",
      "DATABASE_URL": "[postgres://shop:pw@postgres:5432/shop] ← the usual name; no settings file names another",
      "E": "[dot] ← .env:5",
      "F": "[dot] ← .env:6",
      "ONLY": "[one] ← one.env:5",
    }
  `);
});

test('the local manifest wins over the shared one, key by key', async () => {
  const project = await loadFiles({
    'djdev.yaml':
      'name: shop\napp: { env: { A: shared, B: shared }, settings: { prod: config.prod } }\n',
    'djdev.local.yaml': 'app: { env: { B: local, C: local } }\n',
  });
  expect(show(project)).toMatchInlineSnapshot(`
    {
      "A": "shared ← djdev.yaml:2",
      "B": "local ← djdev.local.yaml:1",
      "C": "local ← djdev.local.yaml:1",
      "DATABASE_URL": "[postgres://shop:pw@postgres:5432/shop] ← the usual name; no settings file names another",
      "DJANGO_SETTINGS_MODULE": "config.prod ← settings",
    }
  `);
});

test('each mode has its own value, and the common one where it has none', async () => {
  const project = await loadFiles({
    'djdev.yaml':
      'app: { env: { A: { value: both, dev: mine }, B: { prod: live, required: false } } }\n',
  });
  expect([show(project, 'dev'), show(project, 'prod')]).toMatchInlineSnapshot(`
    [
      {
        "A": "mine ← djdev.yaml:1",
        "DATABASE_URL": "[postgres://shop:pw@postgres:5432/shop] ← the usual name; no settings file names another",
      },
      {
        "A": "both ← djdev.yaml:1",
        "B": "live ← djdev.yaml:1",
        "DATABASE_URL": "[postgres://shop:pw@postgres:5432/shop] ← the usual name; no settings file names another",
      },
    ]
  `);
});

test('scalars keep their spelling', async () => {
  const project = await loadFiles({
    'djdev.yaml': 'app: { env: { A: 007, B: False, C: 1.10, D: "", E: 0x1F, F: &f yes, G: *f } }\n',
  });
  expect(show(project)).toMatchInlineSnapshot(`
    {
      "A": "007 ← djdev.yaml:1",
      "B": "False ← djdev.yaml:1",
      "C": "1.10 ← djdev.yaml:1",
      "D": " ← djdev.yaml:1",
      "DATABASE_URL": "[postgres://shop:pw@postgres:5432/shop] ← the usual name; no settings file names another",
      "E": "0x1F ← djdev.yaml:1",
      "F": "yes ← djdev.yaml:1",
      "G": "yes ← djdev.yaml:1",
    }
  `);
});

test('templates are filled in as in Compose', async () => {
  const project = await loadFiles(
    {
      'djdev.yaml': `app:
  env:
    SERVICE: pg://\${services.postgres.user}@\${services.postgres.host}:\${services.postgres.port}/\${services.postgres.name}
    PASSWORD_URL: x-\${services.postgres.password}
    SET: a-\${SET}-b
    PLAIN: $SET
    UNSET: \${UNSET:-default}
    EMPTY: \${EMPTY:-default} \${EMPTY-kept}
    OTHER: \${SET:+other}\${UNSET:+never}
    DOLLAR: $$5 and $5
    PUBLIC: { value: "\${SET}", secret: false }
    HIDDEN: { value: "\${services.postgres.host}", secret: true }
`,
    },
    { shell: { SET: 'set', EMPTY: '', HIDDEN: 'x' } },
  );
  expect(show(project)).toMatchInlineSnapshot(`
    {
      "DATABASE_URL": "[postgres://shop:pw@postgres:5432/shop] ← the usual name; no settings file names another",
      "DOLLAR": "$5 and $5 ← djdev.yaml:10",
      "EMPTY": "[default ] ← djdev.yaml:8",
      "HIDDEN": "[postgres] ← djdev.yaml:12",
      "OTHER": "other ← djdev.yaml:9",
      "PASSWORD_URL": "[x-pw] ← djdev.yaml:4",
      "PLAIN": "[set] ← djdev.yaml:6",
      "PUBLIC": "set ← djdev.yaml:11",
      "SERVICE": "pg://shop@postgres:5432/shop ← djdev.yaml:3",
      "SET": "[a-set-b] ← djdev.yaml:5",
      "UNSET": "default ← djdev.yaml:7",
    }
  `);
});

test('a value from the shell that looks like a template is not one', async () => {
  const project = await loadFiles(
    { 'djdev.yaml': 'app: { env: { A:, B: "${A}" } }\n' },
    { shell: { A: '${services.postgres.url} $$ ${B}' } },
  );
  expect(show(project)).toMatchInlineSnapshot(`
    {
      "A": "[\${services.postgres.url} $$ \${B}] ← the shell",
      "B": "[\${services.postgres.url} $$ \${B}] ← djdev.yaml:1",
      "DATABASE_URL": "[postgres://shop:pw@postgres:5432/shop] ← the usual name; no settings file names another",
    }
  `);
});

test('what is required and has no value is missing, with the reason', async () => {
  const project = await loadFiles(
    {
      'djdev.yaml': `app:
  env:
    BARE:
    EMPTY:
    FROM_SHELL: \${NOT_THERE}
    MESSAGE: \${NOT_THERE:?see the wiki}
    DEV_ONLY: { dev: x }
    OPTIONAL: { required: false }
    MADE_UP: { generate: true }
    PRESENT: ""
`,
      '.env': 'EMPTY=\n',
    },
    {},
  );
  const missing = (mode: 'dev' | 'prod'): readonly string[] =>
    missingVariables(project, mode).map(({ name, origin }) => `${name} ← ${origin.text}`);
  expect({ dev: missing('dev'), prod: missing('prod') }).toMatchInlineSnapshot(`
    {
      "dev": [
        "BARE ← djdev.yaml:3",
        "EMPTY ← djdev.yaml:4, empty in .env:1",
        "FROM_SHELL ← djdev.yaml:5: NOT_THERE is not set",
        "MESSAGE ← djdev.yaml:6: see the wiki",
      ],
      "prod": [
        "BARE ← djdev.yaml:3",
        "EMPTY ← djdev.yaml:4, empty in .env:1",
        "FROM_SHELL ← djdev.yaml:5: NOT_THERE is not set",
        "MESSAGE ← djdev.yaml:6: see the wiki",
        "DEV_ONLY ← djdev.yaml:7",
      ],
    }
  `);
});

test('.env never names the database of a rehearsal, whatever the family', async () => {
  const names = [
    'DATABASE_URL',
    'POSTGRES_HOST',
    'POSTGRES_PASSWORD',
    'DB_HOST',
    'DB_NAME',
    'DBHOST',
    'DBPASSWORD',
    'SQL_HOST',
    'SQL_DATABASE',
    'PGHOST',
    'DATABASE_HOST',
  ];
  const real = names.map((name) => `${name}=real\n`).join('');
  const project = await loadFiles(
    {
      'djdev.yaml': 'app: { env: { DATABASE_URL:, DB_NAME: }, env_file: .env }\n',
      '.env': real,
      'settings.py': 'os.environ["SQL_HOST"]\n',
    },
    { shell: Object.fromEntries(names.map((name) => [name, 'real'])) },
  );
  const environment = resolveEnvironment(project, 'prod', { postgres }, generate);
  expect(Object.keys(environment).sort()).toEqual([...names].sort());
  expect(show(project)).toMatchInlineSnapshot(`
    {
      "DATABASE_HOST": "postgres ← services.postgres; not .env:11",
      "DATABASE_URL": "[postgres://shop:pw@postgres:5432/shop] ← services.postgres; not the shell",
      "DBHOST": "postgres ← services.postgres; not .env:6",
      "DBPASSWORD": "[pw] ← services.postgres; not .env:7",
      "DB_HOST": "postgres ← services.postgres; not .env:4",
      "DB_NAME": "shop ← services.postgres; not the shell",
      "PGHOST": "postgres ← services.postgres; not .env:10",
      "POSTGRES_HOST": "postgres ← services.postgres; not .env:2",
      "POSTGRES_PASSWORD": "[pw] ← services.postgres; not .env:3",
      "SQL_DATABASE": "shop ← services.postgres; not .env:9",
      "SQL_HOST": "postgres ← settings.py:1; not .env:8",
    }
  `);
});

test('the URL of a Postgres in an env file is not passed on under any name', async () => {
  const project = await loadFiles({
    'djdev.yaml': 'app: { env: { DATABASE_URL:, REPORTS: }, env_file: .env }\n',
    '.env': 'ANALYTICS=postgresql+psycopg://real/db\nREPORTS=postgis://real\nCACHE=redis://real\n',
  });
  expect(show(project)).toMatchInlineSnapshot(`
    {
      "ANALYTICS": "[postgres://shop:pw@postgres:5432/shop] ← services.postgres; not .env:1",
      "CACHE": "[redis://real] ← .env:3",
      "DATABASE_URL": "[postgres://shop:pw@postgres:5432/shop] ← services.postgres",
      "REPORTS": "[postgres://shop:pw@postgres:5432/shop] ← services.postgres; not .env:2",
    }
  `);
});

test('a database of one’s own beside services.postgres is an error in the manifest', async () => {
  expect(
    await explainLoad(
      {
        ...plain,
        'djdev.yaml': `app:
  env:
    DATABASE_URL: \${DATABASE_URL}
    POSTGRES_DB: shop
    DB_HOST: { dev: localhost, prod: "\${services.postgres.host}" }
`,
      },
      { shell: { DATABASE_URL: 'postgres://real' } },
    ),
  ).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): djdev.yaml has 3 problems. The first: app.env.DATABASE_URL names a database of its own, and with services.postgres djdev gives the application one.
      djdev.yaml:3:5 app.env.DATABASE_URL names a database of its own, and with services.postgres djdev gives the application one.
        → Write DATABASE_URL: \${services.postgres.url}, or leave DATABASE_URL out. For a database outside djdev, write services: { postgres: false }.
      djdev.yaml:4:5 app.env.POSTGRES_DB names a database of its own, and with services.postgres djdev gives the application one.
        → Write POSTGRES_DB: \${services.postgres.name}, or leave POSTGRES_DB out. For a database outside djdev, write services: { postgres: false }.
      djdev.yaml:5:16 app.env.DB_HOST.dev names a database of its own, and with services.postgres djdev gives the application one.
        → Write DB_HOST: \${services.postgres.host}, or leave DB_HOST out. For a database outside djdev, write services: { postgres: false }."
  `);
});

test('without services.postgres the database is the project’s own business', async () => {
  const project = await loadFiles(
    {
      'djdev.yaml': 'app: { env: { DATABASE_URL:, DB_HOST: db } }\nservices: { postgres: false }\n',
    },
    { shell: { DATABASE_URL: 'sqlite:///db.sqlite3' } },
  );
  expect(show(project)).toMatchInlineSnapshot(`
    {
      "DATABASE_URL": "[sqlite:///db.sqlite3] ← the shell",
      "DB_HOST": "db ← djdev.yaml:1",
    }
  `);
});

test('a service that the run does not start is named', async () => {
  const project = await loadFiles({
    'djdev.yaml': 'services: { redis: }\napp: { env: { REDIS_URL: "${services.redis.url}" } }\n',
  });
  expect(() => resolveEnvironment(project, 'prod', { postgres }, generate)).toThrowError(
    'REDIS_URL needs services.redis, and this run does not start that service.',
  );
});

test('values from outside print as redacted wherever the project is printed', async () => {
  const project = await loadFiles(
    {
      'djdev.yaml': `app:
  build: { secrets: { token: { env: TOKEN }, file: { file: token.txt } } }
  env: { TOKEN:, API_KEY: hunter2, MIXED: "x\${TOKEN}\${services.postgres.url}" }
`,
      'token.txt': 'hunter2',
    },
    { shell: { TOKEN: 'hunter2' } },
  );
  expect(JSON.stringify(project)).not.toContain('hunter2');
  expect(project.build.secrets['file']?.reveal()).toBe('hunter2');
});

test('a build secret that nothing gives a value is named, and the project still loads', async () => {
  const { build } = await loadFiles({
    'djdev.yaml': `app:
  build:
    secrets: { token: { env: TOKEN }, netrc: { file: netrc } }
    args: { FROM_SHELL:, FIXED: 3.10, UNSET: }
`,
    '.env': 'FROM_SHELL=x\n',
  });
  expect([build.args, build.missingSecrets?.map(({ id, reason }) => [id, reason])]).toEqual([
    { FROM_SHELL: 'x', FIXED: '3.10' },
    [
      ['token', 'TOKEN is not set'],
      ['netrc', 'netrc cannot be read'],
    ],
  ]);
});
