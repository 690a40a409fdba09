import { expect, test } from 'vitest';
import { compareSides } from '../../../src/parity/compare-sides.ts';
import type { CompareInput } from '../../../src/parity/compare/compare-input.ts';
import type { ServiceDefinition, Variable } from '../../../src/project/project.ts';
import { type SampleSides, sampleSide, sampleSides } from '../../support/sample-sides.ts';

/** `area subject: here | production (cost)`, and `free: …` for what is meant. */
function lines(sample: SampleSides): readonly string[] {
  const { differences, intended } = compareSides(sampleSides(sample));
  return [...differences, ...intended].map((one) => {
    const { area, subject, here = '-', production = '-', cost } = one;
    const price = one.intended === undefined ? `(${cost})` : `free: ${one.intended}`;
    return `${area} ${subject}: ${here} | ${production} ${price}`;
  });
}

test('two equal sides have 100 points, and nothing to be said', () => {
  const { score, differences, intended, advice, areas } = compareSides(sampleSides());
  expect({ score, differences, intended, advice }).toEqual({
    score: 100,
    differences: [],
    intended: [],
    advice: [],
  });
  expect(areas.filter(({ notMeasured }) => notMeasured !== undefined)).toEqual([]);
});

test('packages: by hand, of another version, and djdev’s own', () => {
  const { packages } = sampleSide;
  const here = {
    packages: {
      ...packages,
      cowsay: { version: '6.1', path: '/lib/cowsay-6.1.dist-info' },
      celery: { version: '5.5', path: '/lib/celery-5.5.dist-info' },
      shop: { version: '1.0', source: 'editable' as const },
      debugpy: { version: '1.8', path: '/run/djdev/debugpy-1.8.dist-info' },
    },
    systemPackages: { libc6: '2.42' },
  };
  const production = {
    packages: { ...packages, celery: { version: '5.4' }, shop: { version: '1.0' } },
  };
  const input = { changedPaths: ['/lib', '/lib/cowsay-6.1.dist-info/METADATA'] };
  expect(lines({ here, production, input })).toMatchInlineSnapshot(`
    [
      "packages cowsay: 6.1 | - (10)",
      "packages celery: 5.5 | 5.4 (4)",
      "packages shop: 1.0 (editable) | 1.0 (4)",
      "packages libc6: 2.42 | 2.41 (1)",
    ]
  `);
});

test('files: an edit is meant, what only the container has is not', () => {
  const digests = {
    '/app/a.py': 'new',
    '/app/b.py': 'by hand',
    '/app/c.py': 'old',
    '/app/d.sqlite3': 'x',
  };
  const production = {
    files: {
      ...sampleSide.files,
      digests: { '/app/a.py': 'old', '/app/b.py': 'b', '/app/c.py': 'c', '/app/gone.py': 'gone' },
    },
  };
  const input = {
    hostDigests: { '/app/a.py': 'new', '/app/b.py': 'b', '/app/c.py': 'c' },
    changedPaths: ['/app', '/app/b.py', '/app/d.sqlite3'],
  };
  const here = { files: { ...sampleSide.files, digests } };
  expect(lines({ here, production, input })).toMatchInlineSnapshot(`
    [
      "files /app/b.py: changed in the container | as it was built (5)",
      "files /app/c.py: of an older build | newer (2)",
      "files /app/d.sqlite3: made in the container | not there, or as it was built (2)",
      "files /app/a.py: as in the tree | of its release free: the tree is ahead of production",
      "files /app/gone.py: not there, nor in the tree | of its release free: the tree is ahead of production",
    ]
  `);
});

test('files that may hold secrets are compared by their presence', () => {
  const here = { files: { ...sampleSide.files, digests: { '/app/.env': 'secret' } } };
  const production = { files: { ...sampleSide.files, digests: {} } };
  const input = { hostDigests: { '/app/.env': 'digest of the host' } };
  expect(lines({ here, production, input })).toEqual([
    'files /app/.env: as in the tree | of its release free: the tree is ahead of production',
  ]);
});

test('code in other places is not compared', () => {
  const production = { files: { ...sampleSide.files, roots: ['/srv'] } };
  const { areas } = compareSides(sampleSides({ production }));
  expect(areas.find(({ area }) => area === 'files')?.notMeasured).toBe(
    'the code lies in /app here and in /srv in production',
  );
});

const withSettings: Partial<CompareInput> = {
  project: {
    settings: { dev: 'config.settings.local', prod: 'config.settings.production' },
    variables: [],
    services: [],
  },
};

test('settings: development’s own are meant, engines are not', () => {
  const here = {
    settings: {
      module: 'config.settings.local',
      values: {
        DEBUG: { value: true },
        'CACHES.default.BACKEND': { value: 'django.core.cache.backends.locmem.LocMemCache' },
        'DATABASES.default.HOST': { digest: '1' },
        MIDDLEWARE: { list: [{ value: 'a.A' }, { value: 'debug_toolbar.T' }] },
        PAGE_SIZE: { value: 5 },
        TIMEOUT: { value: 1 },
        API: { secret: true as const, isSet: true },
      },
      origins: {
        DEBUG: 'config/settings/local.py:3',
        CACHES: 'config/settings/local.py:5',
        DATABASES: 'config/settings/base.py:9',
        MIDDLEWARE: 'config/settings/local.py:7',
        PAGE_SIZE: 'config/settings/local.py:9',
        TIMEOUT: 'config/settings/base.py:12',
      },
    },
  };
  const production = {
    settings: {
      module: 'config.settings.production',
      values: {
        DEBUG: { value: false },
        'CACHES.default.BACKEND': { value: 'django.core.cache.backends.redis.RedisCache' },
        'DATABASES.default.HOST': { digest: '2' },
        MIDDLEWARE: { list: [{ value: 'a.A' }] },
        PAGE_SIZE: { value: 50 },
        TIMEOUT: { value: 2 },
        API: { secret: true as const, isSet: true },
        NEW_IN_THIS_DJANGO: { value: 1 },
      },
      origins: {
        CACHES: 'config/settings/production.py:2',
        DATABASES: 'config/settings/base.py:9',
        MIDDLEWARE: 'config/settings/base.py:4',
        PAGE_SIZE: 'config/settings/base.py:5',
        TIMEOUT: 'config/settings/base.py:12',
      },
    },
  };
  expect(lines({ here, production, input: withSettings })).toMatchInlineSnapshot(`
    [
      "settings CACHES.default.BACKEND: django.core.cache.backends.locmem.LocMemCache | django.core.cache.backends.redis.RedisCache (5)",
      "settings MIDDLEWARE: with debug_toolbar.T | 1 value (3)",
      "settings TIMEOUT: 1 | 2 (1)",
      "services redis: - | named by CACHES.default.BACKEND (5)",
      "settings module: config.settings.local | config.settings.production free: the manifest names settings for development",
      "settings DATABASES.default.HOST: a value | another free: the address of a service",
      "settings DEBUG: true | false free: what settings for development are for",
      "settings PAGE_SIZE: 5 | 50 free: config/settings/local.py:9 sets it for development",
    ]
  `);
});

test('many values of one setting are one row', () => {
  const values = (text: string) =>
    Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((key) => [`PAYMENT.${key}`, { value: text }]));
  const of = (text: string) => ({
    settings: {
      module: 'config.settings',
      values: values(text),
      origins: { PAYMENT: 'config/settings.py:1' },
    },
  });
  expect(lines({ here: of('x'), production: of('y') })).toEqual([
    'settings PAYMENT: 5 values | others (1)',
  ]);
});

test('settings that do not load are not measured', () => {
  const production = { settings: { module: 'm', problem: 'KeyError at config/settings.py:3' } };
  const { areas, score } = compareSides(sampleSides({ production }));
  expect(areas.find(({ area }) => area === 'settings')).toEqual({
    area: 'settings',
    cost: 0,
    limit: 15,
    notMeasured: 'production: KeyError at config/settings.py:3',
  });
  expect(score).toBe(100);
});

const variable = (name: string, rest: Partial<Variable> = {}): Variable => ({
  name,
  value: undefined,
  required: false,
  generate: false,
  secret: false,
  origin: { kind: 'manifest', text: 'djdev.yaml:4' },
  ...rest,
});

test('environment: what the manifest means, and what it does not', () => {
  const value = { value: 'x', required: false, origin: variable('').origin };
  const project = {
    settings: { dev: 'config.local', prod: 'config.prod' },
    services: [],
    variables: [
      variable('EMAIL_URL', { byMode: { dev: value } }),
      variable('SECRET', { generate: true, secret: true }),
      variable('LEVEL', { required: true }),
      variable('CACHE_URL', { parts: [{ service: 'redis', part: 'url' }] }),
    ],
  };
  const here = {
    environment: {
      DJANGO_SETTINGS_MODULE: { value: 'config.local' },
      EMAIL_URL: { digest: '1', scheme: 'console' },
      SECRET: { secret: true as const, isSet: true },
      LEVEL: { value: 'debug' },
      CACHE_URL: { digest: '2', scheme: 'redis' },
      PYTHONPATH: { digest: '3' },
      PYTHONOPTIMIZE: { value: '1' },
      ADDED: { digest: '4', by: 'entrypoint' as const },
    },
  };
  const production = {
    command: null,
    environment: {
      DJANGO_SETTINGS_MODULE: { value: 'config.prod' },
      EMAIL_URL: { digest: '9', scheme: 'smtp' },
      SECRET: { secret: true as const, isSet: true },
      CACHE_URL: { digest: '8', scheme: 'redis' },
      SENTRY_DSN: { secret: true as const, isSet: true },
      REGION: { digest: '7' },
    },
  };
  const input = {
    project,
    added: { PYTHONPATH: 'djdev reloads' },
    readers: { SENTRY_DSN: 'a.py:1' },
  };
  expect(lines({ here, production, input })).toMatchInlineSnapshot(`
    [
      "environment LEVEL: debug | - (3)",
      "environment SENTRY_DSN: - | a secret (3)",
      "environment REGION: - | a value (1)",
      "environment CACHE_URL: redis://… | another free: it points to the service here",
      "environment DJANGO_SETTINGS_MODULE: config.local | config.prod free: the manifest names settings for development",
      "environment EMAIL_URL: console://… | smtp://… free: the manifest gives development a value of its own",
      "environment PYTHONPATH: a value | - free: djdev reloads",
    ]
  `);
});

test('python, user and command', () => {
  const here = {
    python: { ...sampleSide.python, version: '3.12.4', optimize: 0, dontWriteBytecode: true },
    user: { ...sampleSide.user, uid: 0 },
    command: ['/usr/local/bin/python3.13', '/usr/local/bin/gunicorn', '--reload'],
  };
  const production = {
    python: { ...sampleSide.python, optimize: 2 },
    command: ['/bin/sh', '-c', 'exec gunicorn'],
  };
  const input = { added: { PYTHONDONTWRITEBYTECODE: 'djdev sets it' } };
  expect(lines({ here, production, input })).toMatchInlineSnapshot(`
    [
      "command arguments: gunicorn --reload | gunicorn (2)",
      "python version: CPython 3.12.4 | CPython 3.13.5 (5)",
      "python PYTHONOPTIMIZE: 0 | 2 (3)",
      "user user id: 0 | 10001 (5)",
      "python PYTHONDONTWRITEBYTECODE: on | off free: djdev sets it",
    ]
  `);
});

test('a command behind an entrypoint is not guessed', () => {
  const production = { command: null };
  const configuredCommand = { here: [], production: ['start'], hasEntrypoint: true };
  const input = { against: 'image' as const, configuredCommand };
  const { areas } = compareSides(sampleSides({ production, input }));
  expect(areas.find(({ area }) => area === 'command')?.notMeasured).toBe(
    'the ENTRYPOINT of the image decides what it starts',
  );
});

test('services by what either side names', () => {
  const service = (name: string, image: string): ServiceDefinition => ({
    name,
    kind: 'image',
    image,
  });
  const project = {
    settings: { dev: undefined, prod: undefined },
    services: [
      service('search', 'elasticsearch:8'),
      service('oidc', 'quay.io/keycloak:25'),
      { ...service('mail', 'axllent/mailpit'), kind: 'mailpit' as const },
    ],
    variables: [variable('OIDC_URL', { parts: [{ service: 'oidc', part: 'host' }] })],
  };
  const here = { environment: { OIDC_URL: { digest: '1' } } };
  const production = {
    environment: {
      OIDC_URL: { digest: '1' },
      BROKER: { digest: '2', scheme: 'amqps' },
      MAIL: { digest: '3', scheme: 'smtp' },
    },
  };
  const services = lines({ here, production, input: { project } }).filter((one) =>
    one.startsWith('services'),
  );
  expect(services).toMatchInlineSnapshot(`
    [
      "services search: a container, elasticsearch:8 | - (5)",
      "services rabbitmq: - | named by BROKER (5)",
    ]
  `);
});

test('Postgres: version, extensions, settings that matter', () => {
  const here = {
    database: {
      ...sampleSide.database,
      version: 'PostgreSQL 16.4',
      extensions: { plpgsql: '1.0', pg_trgm: '1.6' },
      settings: { TimeZone: 'UTC', max_connections: '100' },
    },
  };
  const production = {
    database: {
      ...sampleSide.database,
      settings: { TimeZone: 'Europe/Berlin', max_connections: '500' },
    },
  };
  expect(lines({ here, production })).toMatchInlineSnapshot(`
    [
      "database version: PostgreSQL 16.4 | PostgreSQL 17.1 (10)",
      "database extension pg_trgm: 1.6 | - (5)",
      "database TimeZone: UTC | Europe/Berlin (2)",
      "database max_connections: 100 | 500 free: how a server is sized and reached",
    ]
  `);
});

test('an area costs at most its limit, which its pieces of advice share', () => {
  const packages = Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, { version: '1' }]),
  );
  const { score, areas, advice } = compareSides(sampleSides({ here: { packages } }));
  expect(score).toBe(80);
  expect(areas.find(({ area }) => area === 'packages')?.cost).toBe(20);
  expect(advice.map(({ points }) => points)).toEqual([3, 3, 3, 3, 3, 3, 3]);
});

test('an image of another build is meant while edits are sent into the container', () => {
  const image = {
    id: `sha256:${'b'.repeat(64)}`,
    layers: ['base', 'packages', 'x'],
    os: 'linux',
    architecture: 'amd64',
  };
  const production = { image };
  const against = (isLive: boolean) => lines({ production, input: { isLive, against: 'tree' } });
  expect([...against(true), ...against(false)]).toMatchInlineSnapshot(`
    [
      "image image: sha256:aaaaaaaaaaaa | sha256:bbbbbbbbbbbb free: edits are sent into the container, so it need not be made anew",
      "image image: sha256:aaaaaaaaaaaa | sha256:bbbbbbbbbbbb (3)",
    ]
  `);
});
