import { expect, test } from 'vitest';
import type { PracticeFacts } from '../../../../src/django/practice-facts.ts';
import { checkMiddlewareOrder } from '../../../../src/rehearse/checks/middleware-order.ts';
import { checkProductionSettings } from '../../../../src/rehearse/checks/production-settings.ts';
import { checkRemovedSettings } from '../../../../src/rehearse/checks/removed-settings.ts';

const facts = {
  django: '5.2.1',
  debug: false,
  secureSslRedirect: true,
  staticRoot: '/app/static',
  databases: [
    { alias: 'default', engine: 'django.db.backends.postgresql', host: 'db', name: 'shop' },
  ],
};

const practice: PracticeFacts = {
  explicit: ['DEBUG'],
  middleware: [],
  proxyHeader: true,
  emailBackend: 'django.core.mail.backends.smtp.EmailBackend',
  cacheBackend: '',
  sessionEngine: 'django.contrib.sessions.backends.db',
  sessionCache: '',
  debugToolbar: false,
  mediaRoot: '/app/static-uploads',
  secretKeyVariables: ['SECRET_KEY'],
  secretKeyPlace: null,
  connections: [{ alias: 'default', maxAge: 60, healthChecks: true, pool: false, poolSize: null }],
};

const codes = (changes: Partial<PracticeFacts>, more: Partial<typeof facts> = {}) =>
  checkProductionSettings({ ...facts, ...more }, { ...practice, ...changes }, (path) => path).map(
    ({ code }) => code,
  );

test('settings in order have no findings', () => {
  expect(codes({})).toEqual([]);
});

test('what a proxy, a restart and an upload would meet', () => {
  expect(codes({ proxyHeader: false })).toEqual(['redirect-loop']);
  expect(codes({ proxyHeader: false }, { secureSslRedirect: false })).toEqual([]);
  expect(codes({ mediaRoot: '/app/static/uploads/' })).toEqual(['media-in-static']);
  expect(codes({ secretKeyPlace: { file: '/app/settings.py', line: 3 } })).toEqual([
    'secret-key-hard-coded',
  ]);
});

test('kept connections are a risk only without checks, without a pool and with a server', () => {
  const [kept] = practice.connections;
  if (kept === undefined) throw new Error('a connection is expected');
  const unchecked = { ...kept, healthChecks: false };
  expect(codes({ connections: [unchecked] })).toEqual(['connections-not-checked']);
  expect(codes({ connections: [{ ...unchecked, maxAge: null }] })).toEqual([
    'connections-not-checked',
  ]);
  expect(codes({ connections: [{ ...unchecked, maxAge: 0 }] })).toEqual([]);
  expect(codes({ connections: [{ ...unchecked, maxAge: 0, pool: true }] })).toEqual([]);
  expect(codes({ connections: [{ ...unchecked, pool: true }] })).toEqual(['pool-with-max-age']);
  const sqlite = [{ alias: 'default', engine: 'django.db.backends.sqlite3', host: '', name: '' }];
  expect(codes({ connections: [unchecked] }, { databases: sqlite })).toEqual([]);
});

test('the order of middleware', () => {
  const cors = 'corsheaders.middleware.CorsMiddleware';
  const common = 'django.middleware.common.CommonMiddleware';
  const security = 'django.middleware.security.SecurityMiddleware';
  const noise = 'whitenoise.middleware.WhiteNoiseMiddleware';
  expect(checkMiddlewareOrder([security, cors, noise, common])).toEqual([]);
  expect(checkMiddlewareOrder([security, noise, cors, common])).toEqual([]);
  expect(checkMiddlewareOrder([noise, security, common, cors])).toMatchObject([
    { title: 'CorsMiddleware comes after CommonMiddleware.' },
    { title: 'WhiteNoise comes before SecurityMiddleware.' },
  ]);
});

test('a removed setting counts from the version that removed it', () => {
  const explicit = ['STATICFILES_STORAGE', 'DEBUG'];
  expect(checkRemovedSettings('5.0.9', explicit)).toEqual([]);
  expect(checkRemovedSettings('5.1', explicit)).toMatchObject([{ code: 'setting-not-read' }]);
  expect(checkRemovedSettings('6.0rc1', explicit)).toMatchObject([{ code: 'setting-not-read' }]);
});

test('sessions-in-process: in a cache that each worker has for itself', () => {
  const sessionEngine = 'django.contrib.sessions.backends.cache';
  const local = 'django.core.cache.backends.locmem.LocMemCache';
  const redis = 'django.core.cache.backends.redis.RedisCache';
  expect(codes({ sessionEngine, sessionCache: local })).toEqual(['sessions-in-process']);
  expect(codes({ sessionEngine, sessionCache: redis })).toEqual([]);
  expect(codes({ sessionEngine: `${sessionEngine}d_db`, sessionCache: local })).toEqual([]);
});
