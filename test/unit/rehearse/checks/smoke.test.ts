import { expect, test } from 'vitest';
import { checkAssets } from '../../../../src/rehearse/checks/assets.ts';
import { formatEvidence } from '../../../../src/rehearse/checks/request-evidence.ts';
import { compareAnswer, smokeFailed } from '../../../../src/rehearse/checks/smoke.ts';
import type { SmokeExpectation } from '../../../../src/project/smoke.ts';
import type { Asset } from '../../../../src/rehearse/http/read-html.ts';

const text = (held: string) => ({ kind: 'contains', text: held }) as const;
const expected: SmokeExpectation = {
  status: { kind: 'equals', value: 200 },
  contains: [text('Shop')],
  absent: [text('Traceback')],
  headers: { etag: text('W/') },
  select: {},
  jsonPath: {},
  location: undefined,
};
const origin = 'https://shop.example.com';

test('smoke-failed: not when everything is as expected', () => {
  const response = { status: 200, headers: { etag: 'W/"1"' }, body: Buffer.from('My Shop') };
  expect(compareAnswer(expected, response, origin)).toEqual([]);
});

test('smoke-failed: every difference is a line', () => {
  const response = {
    status: 302,
    headers: { location: '/login/' },
    body: Buffer.from('Traceback'),
  };
  const expect_ = { ...expected, headers: { ETag: text('W/'), location: text('/home/') } };
  expect(compareAnswer(expect_, response, origin)).toMatchInlineSnapshot(`
    [
      "Expected status 200, got 302 to /login/.",
      "Expected the body to contain “Shop”.",
      "Expected the body not to contain “Traceback”.",
      "Expected the header ETag, got none.",
      "Expected the header location to contain “/home/”, got “/login/”.",
    ]
  `);
});

test('smoke-failed: says the request, what was expected and the log of that moment', () => {
  const differences = ['Expected status 200, got 500.'];
  const evidence = formatEvidence({
    address: { host: '127.0.0.1', port: 49153 },
    request: { method: 'GET', path: '/', headers: { host: 'shop.example.com' } },
    response: {
      status: 500,
      headers: { 'content-type': 'text/html' },
      cookies: [],
      body: Buffer.from(`<h1>Server Error</h1>${'x'.repeat(500)}`),
      ms: 3,
    },
    differences,
    log: ['Internal Server Error: /', 'django.db.utils.OperationalError: no'],
  });
  const location = { file: '/shop/djdev.yaml', line: 30 };
  const failed = { method: 'GET', path: '/', differences, evidence, status: 500, location };
  expect(smokeFailed(failed)).toMatchInlineSnapshot(`
    {
      "code": "smoke-failed",
      "detail": "curl -i -H 'host: shop.example.com' http://127.0.0.1:49153/
    Expected status 200, got 500.
    Answer: 500, text/html
    Body:
      <h1>Server Error</h1>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    Log:
      Internal Server Error: /
      django.db.utils.OperationalError: no",
      "hint": "The log lines show the error. When there are none, the production LOGGING hides errors: give the logger “django” a console handler.",
      "level": "fail",
      "location": {
        "file": "/shop/djdev.yaml",
        "line": 30,
      },
      "step": "smoke",
      "title": "GET /: expected status 200, got 500.",
    }
  `);
});

test.each([
  [undefined, 'GET', '', 'The worker may have ended'],
  [undefined, 'GET', 'self-signed certificate', 'For an authority of your own'],
  [undefined, 'GET', 'getaddrinfo ENOTFOUND', 'Nobody knows this host'],
  [undefined, 'GET', 'the connection was refused', 'Nothing listens there'],
  [500, 'GET', "Missing staticfiles manifest entry for 'a'", 'A template names a, which'],
  [500, 'GET', 'relation "shop_cup" does not exist', 'The table shop_cup is missing'],
  [500, 'GET', '', 'The log lines show the error.'],
  [403, 'POST', '', 'Django refuses the form'],
  [302, 'GET', '', 'Expect the redirect'],
  [400, 'GET', '', 'ALLOWED_HOSTS may not hold the host'],
  [404, 'GET', '', 'Correct the path'],
  [200, 'GET', '', 'Correct the page'],
])('smoke-failed: what to do after %s to a %s (%s)', (status, method, evidence, hint) => {
  const failed = { method, path: '/', differences: [], evidence, status, location: undefined };
  expect(smokeFailed(failed).hint.startsWith(hint)).toBe(true);
});

const css: Asset = { path: '/static/site.css', kind: 'stylesheet' };
const script: Asset = { path: '/static/app.js', kind: 'script' };
const served = (type: string, status = 200) => ({ status, headers: { 'content-type': type } });

test('asset-missing: not when each asset comes with a type that a browser takes', () => {
  expect(
    checkAssets('/', [
      { asset: css, response: served('text/css; charset="utf-8"') },
      { asset: script, response: served('text/javascript') },
      { asset: { path: '/a.svg', kind: 'image' }, response: served('image/svg+xml') },
      { asset: { path: '/a.woff2', kind: 'font' }, response: served('font/woff2') },
      { asset: { path: '/m', kind: 'other' }, response: served('application/manifest+json') },
    ]),
  ).toEqual([]);
});

test('asset-missing: one of several', () => {
  expect(
    checkAssets('/', [
      { asset: css, response: served('text/css') },
      { asset: script, response: served('text/html', 404) },
    ]),
  ).toMatchInlineSnapshot(`
    [
      {
        "code": "asset-missing",
        "detail": "/static/app.js: status 404",
        "hint": "Refer to files with {% static %}, so that a wrong name fails early, and look whether collectstatic finds them.",
        "level": "fail",
        "step": "smoke",
        "title": "/ refers to /static/app.js: status 404.",
      },
    ]
  `);
});

test('asset-missing: all of them, in different ways', () => {
  const [finding] = checkAssets('/', [
    { asset: css, response: served('text/html') },
    { asset: script, response: undefined },
  ]);
  expect(finding?.title).toBe('/ refers to 2 assets that are not served, of 2.');
  expect(finding?.detail).toBe('/static/site.css: served as text/html\n/static/app.js: no answer');
  expect(finding?.hint.startsWith('Nothing serves static files in production')).toBe(true);
});
