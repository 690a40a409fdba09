import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding } from '../../../src/report/finding.ts';
import { describeWithEngine } from '../../support/engine.ts';
import { clubFiles, clubManifest } from './club-files.ts';
import { openRehearsal, type RehearsalTest } from './rehearse-project.ts';

const only = ['migrate', 'smoke'] as const;

const right = `
  smoke:
    - GET / : 200
    - GET /old/ : { location: /api/items/ }
    - GET /old/ : { follow: true, json: { $.count: 3 } }
    - get: /
      headers: { content-type: /^text\\/html/, x-debug: absent }
      contains: ["<title>Club", "/Welcome +to/"]
      absent: [Traceback, { matches: "[Ee]rror" }]
      select: { h1: Welcome to the club, "form[method=post]": { min: 1 }, h2: absent }
    - get: /api/items/
      repeat: 3
      maxMs: 20000
      queries: { max: 2 }
      jsonpath: { $.count: { min: 1 }, "$.results[*].title": Tea, "$.results[0].id": exists }
      capture: { first: "json:$.results[0].id" }
    - get: /orders/$first/
      location: /login/?next=/orders/$first/
    - name: login
      steps:
        - GET /login/ : 200
        - POST /login/ : { form: { username: ada@example.com, password: $ADA_PASSWORD }, location: /orders/ }
        - GET /orders/ : { contains: Signed in as ada@example.com, capture: { id: "css:a.order@data-id" } }
        - POST /orders/$id/ : { form: { title: "Tea of \${id}" }, status: 302 }
        - GET /orders/$id/ : { select: { h1: Tea of $id } }
    - GET /orders/ : { as: user, contains: djdev-user- }
    - GET /audit/ : { as: user, status: 403 }
    - GET /audit/ : { as: { name: auditor, permissions: members.view_order } }
    - get: /api/members/
      jsonpath: { $.emails: { min: 3 } }
`;

const wrong = `
  smoke:
    - get: /api/careless/
      queries: { max: 2 }
    - GET /broken/ : { warn: true }
    - GET /orders/ : { as: { fields: { nickname: Ada } } }
    - name: with a name nobody captures
      steps:
        - GET / : { capture: { id: "css:h6" } }
        - GET /orders/$id/ : 200
    - POST /login/ : { form: { username: $NOBODY, password: x } }
    - GET / : { select: { h1: Goodbye } }
`;

const shown = ({ level, code, title }: Finding): string => `${level} ${code}: ${title}`;

describeWithEngine('the smoke language', () => {
  let t: RehearsalTest;
  beforeAll(async () => {
    t = await openRehearsal({
      ...(await clubFiles()),
      '.env': 'ADA_PASSWORD=correct horse battery\n',
    });
  });
  afterAll(() => t[Symbol.asyncDispose]());

  /** With other requests in the manifest, which is not in the image. */
  async function ask(smoke: string) {
    await writeFile(path.join(t.project.root, 'djdev.yaml'), `${clubManifest}${smoke}`);
    return await t.run({ only });
  }

  test('asks as visitors and users do, and finds nothing wrong where nothing is', async () => {
    const { findings, report, events, leftovers } = await ask(right);
    expect(findings.filter(({ step }) => step === 'smoke').map(shown)).toEqual([]);
    const step = report.steps.find(({ id }) => id === 'smoke');
    expect(step?.summary).toBe('16 requests, 0 assets');
    expect(step?.measurements.map(({ name }) => name)).toEqual([
      '95th percentile of GET /api/items/',
    ]);
    const text = JSON.stringify(events);
    expect(text).not.toContain('correct horse');
    // Statements hold what rows hold.
    expect(text).not.toContain('log_statement');
    expect(text).not.toContain('SELECT \\"members_member\\"');
    expect(text).toContain('filled');
    expect(leftovers).toEqual([]);
  });

  test('says what was expected, and what could not be found out', async () => {
    const { findings } = await ask(wrong);
    const found = findings.filter(({ step }) => step === 'smoke');
    expect(found.map(shown)).toMatchInlineSnapshot(`
      [
        "fail smoke-failed: GET /api/careless/: expected at most 2 queries, got 4.",
        "warn smoke-failed: GET /broken/: expected status 200, got 500.",
        "warn smoke-not-measured: GET /orders/ was not tried, because nobody could be logged in as user: the user model members.Member has no field nickname.",
        "fail smoke-failed: GET /: expected an element h6 to capture id from, got nothing.",
        "warn smoke-not-measured: POST /login/ was not tried, because NOBODY has no value.",
        "fail smoke-failed: GET /: expected an element h1 to contain “Goodbye”, got “Welcome to the club”.",
      ]
    `);
    expect(found[0]?.detail).toMatch(/3 × SELECT .*members_team.* WHERE .* = \? LIMIT \?/);
  });

  test('without a list it asks for the pages that it finds, and none that does something', async () => {
    const { findings, report } = await ask('');
    const found = findings.filter(({ step }) => step === 'smoke');
    expect(found.map(shown)).toEqual(['fail page-crashes: GET /broken/: status 500.']);
    expect(found[0]?.detail).toMatch(/^curl [^]*ValueError: no tea left/);
    expect(report.steps.find(({ id }) => id === 'smoke')?.summary).toMatchInlineSnapshot(
      `"1 request, 0 assets; 10 pages of the URL patterns; left out: /logout/ (takes no GET), /saved/ (takes no GET), /cart/clear/ (may do something: clear)"`,
    );
    expect(report.requests?.map(({ path, status }) => `${path} ${status}`)).toMatchInlineSnapshot(`
      [
        "/up/ 200",
        "/ 200",
        "/login/ 200",
        "/orders/ 302",
        "/audit/ 403",
        "/api/items/ 200",
        "/api/careless/ 200",
        "/api/members/ 200",
        "/old/ 302",
        "/ticks/ 200",
        "/broken/ 500",
      ]
    `);
  });
});
