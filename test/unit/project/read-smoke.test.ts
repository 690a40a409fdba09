import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { describeSmokeTest } from '../../../src/project/describe-smoke.ts';
import { loadProject } from '../../../src/project/load-project.ts';
import { withProject } from '../../support/with-project.ts';

/** The smoke tests of a manifest whose list is `smoke`. */
async function read(smoke: string, files: Readonly<Record<string, string>> = {}) {
  await using project = await withProject({
    Dockerfile: 'FROM scratch\n',
    'djdev.yaml': `rehearse:\n  smoke:\n${smoke}`,
    ...files,
  });
  const { rehearse } = await loadProject({ cwd: project.root, shell: { TOKEN: 'shell-token' } });
  return rehearse;
}

/** What is wrong with a list, each with its place. */
async function complain(smoke: string): Promise<readonly string[]> {
  try {
    await read(smoke);
    return [];
  } catch (error) {
    const { issues = [] } = error as {
      issues?: { message: string; hint?: string; location: { line: number; column: number } }[];
    };
    return issues.map(({ message, hint, location }) => {
      return `${location.line}:${location.column} ${message}${hint === undefined ? '' : ` → ${hint}`}`;
    });
  }
}

test('short forms say the same as the long one', async () => {
  const { smokeTests } = await read(`
    - GET / : 200
    - GET /
    - GET /x: "404"
    - post /a?b=c : 201
    - GET /old : { location: /new/ }
      name: moved
    - get: /
`);
  expect(
    smokeTests.map(({ checks: [check], name }) => [
      check?.method,
      check?.path,
      check?.expect.status,
      name ?? check?.expect.location,
    ]),
  ).toEqual([
    ['GET', '/', { kind: 'equals', value: 200 }, undefined],
    ['GET', '/', { kind: 'equals', value: 200 }, undefined],
    ['GET', '/x', { kind: 'equals', value: 404 }, undefined],
    ['POST', '/a?b=c', { kind: 'equals', value: 201 }, undefined],
    ['GET', '/old', { kind: 'between', min: 300, max: 399 }, 'moved'],
    ['GET', '/', { kind: 'equals', value: 200 }, undefined],
  ]);
});

test('a text between slashes is a pattern where a path cannot be one', async () => {
  const { smokeTests } = await read(`
    - get: /new/
      contains: [/static/, "/a+b/i", { matches: static }]
      headers: { location: "/^x$/", content-type: "/^text/", set-cookie: absent, age: 3, etag: { min: 1 } }
      location: /^new/
      select: { h1: { equals: Shop }, p: 2 }
`);
  const expected = smokeTests[0]?.checks[0]?.expect;
  expect(expected?.contains).toEqual([
    { kind: 'contains', text: '/static/' },
    { kind: 'matches', pattern: 'a+b', flags: 'i' },
    { kind: 'matches', pattern: 'static', flags: '' },
  ]);
  expect(expected?.headers).toEqual({
    location: { kind: 'contains', text: '/^x$/' },
    'content-type': { kind: 'matches', pattern: '^text', flags: '' },
    'set-cookie': { kind: 'absent' },
    age: { kind: 'equals', value: 3 },
    etag: { kind: 'between', min: 1 },
  });
  expect(expected?.location).toEqual({ kind: 'equals', value: '/^new/' });
  expect(expected?.select).toEqual({
    h1: { kind: 'equals', value: 'Shop' },
    p: { kind: 'equals', value: 2 },
  });
});

test('what stands on its own is left to visit an old release', async () => {
  const { smoke, smokeTests } = await read(`
    - GET / : 200
    - get: /items/
      capture: { id: "json:$.id" }
    - GET /items/$id/ : 200
    - GET /me/ : { as: user }
    - GET /token/ : { send: { authorization: "Token $TOKEN" } }
    - steps: [GET /a, GET /b]
    - post: /form/
      form: { price: $5, note: cash$ }
`);
  expect(smoke.map(({ path }) => path)).toEqual(['/', '/items/', '/form/']);
  expect(smokeTests[4]?.variables['TOKEN']?.reveal()).toBe('shell-token');
  expect(JSON.stringify(smokeTests[4])).not.toContain('shell-token');
});

test('a variable without a value is no error: its test cannot be tried', async () => {
  const { smokeTests } = await read(
    '    - GET /a : { send: { a: $NOT_SET, b: "${lower}", c: $lower } }\n',
  );
  expect(smokeTests[0]?.missing).toEqual(['NOT_SET', 'lower']);
});

test('what cannot be meant is told with its place and what to write', async () => {
  const found = await complain(`
    - GTE / : 200
    - GET / : { contain: x }
    - GET / : Welcome
    - steps:
        - GET /orders/ : { statuss: 200 }
    - GET / : { headers: { etag: { mtches: x } }, queries: { max: -1 } }
`);
  expect(found).toMatchInlineSnapshot(`
    [
      "4:7 rehearse.smoke[0].GTE / is no request djdev can send. → Did you mean “GET /”?",
      "5:17 rehearse.smoke[1].contain is not a key djdev knows. → Did you mean “contains”?",
      "6:15 rehearse.smoke[2].status must be an HTTP status such as 200, not the text “Welcome”.",
      "8:28 rehearse.smoke[3].steps[0].statuss is not a key djdev knows. → Did you mean “status”?",
      "9:36 rehearse.smoke[4].headers.etag.mtches is not a key djdev knows. → Did you mean “matches”?",
      "9:67 rehearse.smoke[4].queries.max must be a number of queries such as 15, not the number -1.",
    ]
  `);
});

test('what fits the schema and still cannot be is told at once', async () => {
  const found = await complain(`
    - get: /
      jsonpath: { "$.a[": 1 }
      select: { "h1[": x }
      contains: "/(/"
      capture: { id: "jsno:$.id" }
    - steps:
        - GET / : { capture: { order: "json:$.id" } }
        - GET /orders/$oder/ : 200
      status: 200
    - steps:
        - GET /$id/
        - GET / : { capture: { id: "json:$.id" } }
    - import: Procfile
    - GET /: { json: { a: 1 } }
    - GET /: { select: { h1: { min: 1, matches: x } } }
`);
  expect(found).toMatchInlineSnapshot(`
    [
      "5:19 rehearse.smoke[0].jsonpath.$.a[ is no JSON path: unclosed bracketed selection ('$.a[':4). → Write a path such as “$.results[0].id” or “$..id”.",
      "6:17 rehearse.smoke[0].select.h1[ is no CSS selector: Expected name, found . → Write a selector such as “h1” or “form[method=post] input[name=q]”.",
      "7:7 rehearse.smoke[0].contains has a regular expression that cannot be read: Unterminated group. → A text with slashes at both ends and characters such as ^ or * in it is one; { contains: … } is a text.",
      "8:18 rehearse.smoke[0].capture.id captures from “jsno:$.id”, which is no source. → Write json:$.id, css:h1, css:a.next@href, header:location, cookie:name or /id=(\\d+)/.",
      "11:11 rehearse.smoke[1].steps[1] uses “oder”, which no step before it captures. → Did you mean “$order”? Write $$oder for a dollar sign.",
      "12:7 rehearse.smoke[1].status stands beside steps, and only name, as and warn can. → Write it within the step that it is about.",
      "14:11 rehearse.smoke[2].steps[0] uses “id” before a step has captured it. → A step can use what the steps before it capture.",
      "16:7 rehearse.smoke[3].import names the file Procfile, which is not there. → Write import: app.json, import: config/deploy.yml or import: smoke.hurl.",
      "17:7 rehearse.smoke[4] sends a body with get. → Use post, put, patch or delete.",
      "18:26 rehearse.smoke[5].select.h1 needs one of matches, contains, equals, or min and max, and has several. → Write { matches: "^shop-" } or { min: 1 }.",
    ]
  `);
});

test('checks of other tools', async () => {
  const { smokeTests, hurlFiles } = await read(
    `
    - import: app.json
    - import: config/deploy.yml
      warn: true
    - import: cart.hurl
`,
    {
      'app.json': JSON.stringify({
        healthchecks: {
          web: [
            { type: 'startup', uptime: 3 },
            {
              name: 'front page',
              path: '/',
              content: 'Shop',
              timeout: 4,
              warn: true,
              httpHeaders: [{ name: 'Accept', value: 'text/html' }],
            },
          ],
        },
      }),
      'config/deploy.yml':
        '<% require "x" %>\nservice: shop\nproxy:\n  host: <%= ENV["HOST"] %>\n  healthcheck: { path: /ready, timeout: 2 }\n',
      'cart.hurl': 'GET {{url}}/\n',
    },
  );
  expect(
    smokeTests.map(({ name, isWarning, checks: [check] }) => ({
      name,
      isWarning,
      path: check?.path,
      status: check?.expect.status,
      maxMs: check?.maxMs,
      headers: check?.headers,
      contains: check?.expect.contains,
    })),
  ).toEqual([
    {
      name: 'front page',
      isWarning: true,
      path: '/',
      status: { kind: 'between', min: 200, max: 399 },
      maxMs: 4000,
      headers: { accept: 'text/html' },
      contains: [{ kind: 'contains', text: 'Shop' }],
    },
    {
      name: 'Kamal’s health check',
      isWarning: true,
      path: '/ready',
      status: { kind: 'between', min: 200, max: 299 },
      maxMs: 2000,
      headers: {},
      contains: [],
    },
  ]);
  expect(hurlFiles).toMatchObject([{ isWarning: false, location: { line: 7 } }]);
});

test('config shows an entry as it can be written, without what is sent', async () => {
  const { smokeTests } = await read(`
    - name: an order
      as: { name: packer, staff: true, permissions: shop.view_order, fields: { pin: 4711 } }
      warn: true
      steps:
        - POST /a/ : { form: { q: x }, send: { accept: text/html }, location: /b/, follow: true }
        - get: /b/
          headers: { etag: exists }
          contains: [/static/, /^a/]
          select: { h1: Hello }
          repeat: 3
          maxMs: 90
          queries: { max: 2 }
          capture: { a: "json:$.a", b: "css:a.b@href", c: "cookie:c", d: "/d=(.)/i" }
`);
  expect(smokeTests.map(describeSmokeTest)).toEqual([
    {
      name: 'an order',
      as: {
        name: 'packer',
        staff: true,
        permissions: ['shop.view_order'],
        fields: { pin: '[redacted]' },
      },
      warn: true,
      steps: [
        {
          post: '/a/',
          send: { accept: '[redacted]' },
          form: { q: '[redacted]' },
          follow: true,
          status: { min: 300, max: 399 },
          location: '/b/',
        },
        {
          get: '/b/',
          status: 200,
          headers: { etag: 'exists' },
          contains: ['/static/', { matches: '^a' }],
          select: { h1: 'Hello' },
          repeat: 3,
          maxMs: 90,
          queries: { max: 2 },
          capture: { a: 'json:$.a', b: 'css:a.b@href', c: 'cookie:c', d: '/d=(.)/i' },
        },
      ],
    },
  ]);
});

test('the schema for editors takes the short forms, and tells what is none', async () => {
  const file = new URL('../../../schema.json', import.meta.url);
  const ajv = new Ajv({ strict: false, logger: false });
  const isValid = ajv.compile(JSON.parse(await readFile(file, 'utf8')));
  const takes = (list: string): boolean => isValid({ rehearse: { smoke: parse(list) } });
  const right = [
    '- GET /',
    '- GET / : 404',
    '- GET / : { select: { h1: 1 } }',
    '- steps: [GET /a]',
  ];
  const wrong = [
    '- GTE / : 200',
    '- nonsense',
    '- { get: /, statu: 3 }',
    '- steps: [{ as: user }]',
  ];
  expect([right.filter(takes), wrong.filter(takes)]).toEqual([right, []]);
});
