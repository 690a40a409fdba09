import { expect, test } from 'vitest';
import { type DeployTarget, usualTarget } from '../../../../src/project/deploy-target.ts';
import { checkConnectionCount } from '../../../../src/rehearse/checks/connection-count.ts';
import { checkCorsErrors, strangeOrigins } from '../../../../src/rehearse/checks/cors.ts';
import { checkCsrfAnswer } from '../../../../src/rehearse/checks/csrf-answer.ts';
import { checkServerHeader } from '../../../../src/rehearse/checks/exposed-files.ts';
import { checkLogRecords, checkRequestId } from '../../../../src/rehearse/checks/log-records.ts';
import { checkPageBodies } from '../../../../src/rehearse/checks/page-body.ts';
import { checkPlatformProbe } from '../../../../src/rehearse/checks/platform-probe.ts';
import { gradePage } from '../../../../src/rehearse/checks/security-headers.ts';
import { checkStartMigration } from '../../../../src/rehearse/checks/start-migration.ts';
import type { Ask } from '../../../../src/rehearse/wire/ask.ts';
import { probePlatform } from '../../../../src/rehearse/wire/probe-platform.ts';

const container = {
  id: '0123456789abcdef',
  port: 8000,
  host: 'shop.example.com',
  healthPath: '/healthz/',
};

type Answers = Readonly<Record<string, { readonly status: number; readonly location?: string }>>;

/** What a platform makes of an application that answers so, and under which Host it asked. */
async function probe(target: DeployTarget, answers: Answers) {
  const hosts: string[] = [];
  const ask: Ask = ({ path, headers = {} }) => {
    hosts.push(headers['host'] ?? '');
    const { status, location } = answers[path] ?? { status: 404 };
    const response = {
      status,
      headers: location === undefined ? {} : { location },
      cookies: [],
      body: Buffer.from(''),
      ms: 1,
    };
    return Promise.resolve({ request: { method: 'GET', path, headers }, response });
  };
  const answer = await probePlatform(ask, target, container);
  const findings = checkPlatformProbe(answer, target).map(
    ({ level, title }) => `${level} ${title}`,
  );
  return { hosts, findings };
}

const origins = { path: { kind: 'derived', text: 'config/deploy.yml:5' } } as const;

const kamal: DeployTarget = {
  ...usualTarget('kamal'),
  origins,
  probe: { ...usualTarget('kamal').probe, path: '/up' },
};

test('Kamal asks /up under the name of the container, and follows redirects', async () => {
  expect(
    await probe(kamal, { '/up': { status: 301, location: '/up/' }, '/up/': { status: 200 } }),
  ).toEqual({
    hosts: ['0123456789ab:8000', '0123456789ab:8000'],
    findings: [],
  });
  expect((await probe(kamal, {})).findings).toEqual([
    'fail Kamal never gives this release traffic: /up answers its probe 404.',
  ]);
  const https = { '/up': { status: 301, location: 'https://0123456789ab:8000/up' } };
  expect((await probe(kamal, https)).findings).toEqual([
    'fail Kamal never gives this release traffic: /up answers its probe 301.',
  ]);
});

test('Kubernetes takes a redirect to another host for healthy, and none to https on its own', async () => {
  const kubernetes = { ...usualTarget('kubernetes'), origins };
  const to = (location: string) => ({ '/healthz/': { status: 302, location } });
  expect((await probe(kubernetes, to('https://login.example.com/'))).findings).toEqual([]);
  expect((await probe(kubernetes, to('https://10.42.0.17:8000/healthz/'))).findings).toHaveLength(
    1,
  );
  expect((await probe(kubernetes, { '/healthz/': { status: 400 } })).findings).toEqual([
    'fail Kubernetes never gives this release traffic: /healthz/ answers its probe 400.',
  ]);
});

test('without a file of the platform its probe is only likely', async () => {
  const answers = { '/healthz/': { status: 400 } };
  expect((await probe(usualTarget('kubernetes'), answers)).findings).toEqual([
    'warn Kubernetes may never give this release traffic: /healthz/ answers its probe 400.',
  ]);
});

test('Render asks under the public name; Fly’s probe is known by its documentation alone', async () => {
  const redirect = { '/healthz/': { status: 301, location: 'https://shop.example.com/healthz/' } };
  expect(await probe(usualTarget('render'), redirect)).toEqual({
    hosts: ['shop.example.com'],
    findings: [],
  });
  expect((await probe(usualTarget('fly'), redirect)).findings).toEqual([
    'warn Fly may never give this release traffic: /healthz/ answers its probe 301.',
  ]);
});

test('page-links-wrong: addresses in attributes, not in what a page says', () => {
  const check = (html: string, host = 'shop.example.com') =>
    checkPageBodies([{ path: '/', html }], host).map(({ title }) => title);
  expect(
    check('<a href="http://shop.example.com/x">x</a><img src=http://localhost:8000/a.png>'),
  ).toEqual([
    '/ links to itself by http: http://shop.example.com/x',
    '/ sends visitors to their own machine: http://localhost:8000/a.png',
  ]);
  expect(check('<p>Open http://localhost:8000</p><!-- <a href="http://localhost/"> -->')).toEqual(
    [],
  );
  expect(check('<a href="http://other.example.com/">x</a><a href="/x">')).toEqual([]);
  expect(check('<a href="http://localhost:3000/">', 'localhost')).toHaveLength(1);
});

test('csrf-refused: a 403 that says why, and no other', () => {
  const check = (status: number, body: string, log: readonly string[] = []) =>
    checkCsrfAnswer('/login/', 'shop.example.com', { status, body: Buffer.from(body) }, log).length;
  expect(check(403, 'CSRF verification failed.')).toBe(1);
  expect(check(403, 'That form was too old', ['Forbidden (Origin checking failed - …)'])).toBe(1);
  expect(check(403, 'Log in first')).toBe(0);
  expect(check(200, 'csrf')).toBe(0);
});

test('log-keys-missing: in a log that is JSON', () => {
  const json = (record: object) => JSON.stringify(record);
  const check = (lines: readonly string[], declared?: 'json') =>
    checkLogRecords(lines, declared).map(({ level, title }) => `${level} ${title}`);
  expect(check([json({ timestamp: 1, level: 'info', event: 'x' })])).toEqual([]);
  expect(check([json({ message: 'x' })])).toEqual(['warn Log records have no time and no level.']);
  expect(check([json({ message: 'x' })], 'json')).toHaveLength(1);
  expect(check(['plain', 'plain', json({ message: 'x' })])).toEqual([]);
});

test('request-id-not-logged: only where answers carry one', () => {
  expect(checkRequestId('X-Request-ID', undefined, ['x'])).toEqual([]);
  expect(checkRequestId('X-Request-ID', 'a1', ['GET / a1'])).toEqual([]);
  expect(checkRequestId('X-Request-ID', 'a1', ['GET /'])).toHaveLength(1);
});

test('migrate-at-start: by what migrate prints', () => {
  expect(
    checkStartMigration(['Operations to perform:', '  Apply all migrations: auth']),
  ).toHaveLength(1);
  expect(checkStartMigration(['[INFO] Listening at: http://0.0.0.0:8000'])).toEqual([]);
});

test('connections-over-limit: workers, threads and pools against what Postgres lets in', () => {
  const databases = [
    { alias: 'default', engine: 'django.db.backends.postgresql', host: '', name: '' },
  ];
  const check = (workers: number, threads: number, poolSize: number | null) =>
    checkConnectionCount(
      { workers, threads },
      [{ alias: 'default', maxAge: 0, healthChecks: true, pool: poolSize !== null, poolSize }],
      databases,
    ).map(({ measurement }) => measurement?.value);
  expect(check(4, 8, null)).toEqual([]);
  expect(check(12, 10, null)).toEqual([120]);
  expect(check(4, 100, 20)).toEqual([]);
  expect(check(6, 4, 20)).toEqual([120]);
});

test('origins that only look like those that are allowed', () => {
  expect(strangeOrigins('shop.example.com', ['https://app.example.com'])).toEqual([
    'https://evil.example',
    'null',
    'https://shop.example.com.evil.example',
    'https://app.example.com.evil.example',
    'https://evil-app.example.com',
    'http://app.example.com',
  ]);
});

test('cors-errors-hidden: errors and redirects without the header', () => {
  const check = (status: number, headers = {}) =>
    checkCorsErrors('https://app.example.com', [
      { path: '/api/x/', origin: 'https://app.example.com', response: { status, headers } },
    ]).length;
  expect([check(404), check(301), check(200), check(500)]).toEqual([1, 1, 0, 0]);
  expect(check(404, { 'access-control-allow-origin': '*' })).toBe(0);
});

test('the grade looks at scripts of other hosts and at the token’s cookie', () => {
  const headers = {
    'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
    'strict-transport-security': 'max-age=31536000',
    'x-content-type-options': 'nosniff',
  };
  const score = (html: string, cookies: readonly string[] = []) =>
    gradePage({
      path: '/',
      page: { headers, cookies, body: Buffer.from(html) },
      insecure: { status: 301, headers: { location: 'https://x/' } },
    }).score;
  expect(score('<script src="/static/x.js"></script>')).toBe(100);
  expect(score('<script src="https://cdn.example.com/x.js" integrity="sha384-x"></script>')).toBe(
    100,
  );
  expect(score('<script src="https://cdn.example.com/x.js"></script>')).toBe(95);
  expect(score('<script src="http://cdn.example.com/x.js"></script>')).toBe(50);
  expect(score('', ['csrftoken=1; Secure; SameSite=Lax'])).toBe(100);
  expect(score('', ['csrftoken=1; Secure'])).toBe(80);
});

test('version-leaked: a number in Server', () => {
  expect(checkServerHeader('gunicorn')).toEqual([]);
  expect(checkServerHeader('nginx/1.18.0')).toHaveLength(1);
});
