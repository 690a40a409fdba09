import { expect, test } from 'vitest';
import { describeWithEngine } from '../../support/engine.ts';
import { openRehearsal, serverFiles, withoutDjango } from './rehearse-project.ts';

/** A page with assets, and a form that is protected as Django protects forms. */
const site = `
html = {"content-type": "text/html; charset=utf-8"}
if path == "/up/":
    return 200, {}, "ok"
if path == "/form/" and method == "GET":
    token = '<input type="hidden" name="csrfmiddlewaretoken" value="masked">'
    return 200, {**html, "set-cookie": "csrftoken=unmasked; Secure"}, "<form>" + token + "</form>"
if path == "/form/":
    good = ("csrfmiddlewaretoken=masked" in body and "csrftoken=unmasked" in headers["cookie"]
            and headers["origin"] == "https://tiny.example.com"
            and headers["referer"] == "https://tiny.example.com/form/" and "name=Ada" in body)
    return (302 if good else 403), {"location": "/thanks/"}, ""
if path == "/json/":
    return 201, {"content-type": "application/json", "x-echo": headers["content-type"]}, body
if path == "/boom/":
    print("Traceback: division by zero", flush=True)
    return 500, html, "<h1>Server Error (500)</h1>"
if path == "/":
    return 200, html, '<link rel="stylesheet" href="/site.css"><script src="/gone.js"></script>'
if path == "/site.css":
    return 200, {"content-type": "text/css"}, "body {}"
return 404, html, "<h1>Not Found</h1>"
`.trim();

async function smoke(requests: string) {
  const manifest = `rehearse:\n  host: tiny.example.com\n  smoke:\n${requests}`;
  await using t = await openRehearsal(serverFiles(site, { manifest }));
  return await t.run({ skip: withoutDjango });
}

describeWithEngine('the smoke step', () => {
  test('posts forms and JSON as a browser does', async () => {
    const { findings, report } = await smoke(`
    - { post: /form/, form: { name: Ada }, status: 302, headers: { location: /thanks/ } }
    - { post: /json/, json: { a: 1 }, status: 201, contains: '{"a":1}', headers: { x-echo: application/json } }
    - { get: /nowhere/, status: 404, absent: Traceback }
`);
    expect(findings.filter(({ code }) => code === 'smoke-failed')).toEqual([]);
    const step = report.steps.find(({ id }) => id === 'smoke');
    expect(step?.summary).toBe('4 requests, 2 assets');
  });

  test('names the asset that the first page refers to and nobody serves', async () => {
    const { findings, outcomes } = await smoke('    - { get: / }\n');
    expect(outcomes).toMatchObject({ smoke: 'failed', shutdown: 'passed' });
    expect(findings.filter(({ step }) => step === 'smoke')).toMatchObject([
      { code: 'asset-missing', title: '/ refers to /gone.js: status 404.' },
    ]);
  });

  test('a failure shows the request, the difference, the body and the log', async () => {
    const { findings } = await smoke('    - { get: /boom/ }\n');
    const failed = findings.find(({ code }) => code === 'smoke-failed');
    expect(failed?.title).toBe('GET /boom/: expected status 200, got 500.');
    expect(failed?.location).toMatchObject({ line: 8 });
    expect(failed?.detail).toMatch(
      /^curl -i .*\/boom\/\nExpected status 200, got 500\.\nAnswer: 500, text\/html.*\nBody:\n {2}<h1>Server Error \(500\)<\/h1>\nLog:\n[^]*Traceback: division by zero/,
    );
  });
});
