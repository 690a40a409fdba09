import { expect, test } from 'vitest';
import { describeWithEngine } from '../../support/engine.ts';
import { openRehearsal, serverFiles } from './rehearse-project.ts';

/** A page with its style, and headers for all that ask properly. */
const inOrder = `
safe = {"content-type": "text/html; charset=utf-8", "x-content-type-options": "nosniff",
        "strict-transport-security": "max-age=31536000",
        "content-security-policy": "default-src 'self'; frame-ancestors 'none'"}
style = "body { color: #222 }\\n" * 80
if headers.get("host", "").startswith("evil."):
    return 400, {}, "Bad Request"
if path == "/up/":
    return 200, {}, "ok"
if headers.get("x-forwarded-proto") != "https":
    return 301, {"location": "https://tiny.example.com" + path}, ""
if path == "/":
    return 200, safe, '<link rel="stylesheet" href="/static/site.0123abcd4567.css">'
if path == "/static/site.0123abcd4567.css":
    css = {"content-type": "text/css", "cache-control": "max-age=31536000, public, immutable",
           "etag": '"1"', "vary": "Accept-Encoding"}
    if headers.get("if-none-match") == '"1"':
        return 304, css, ""
    return 200, {**css, "content-encoding": "x-test"} if "gzip" in headers.get(
        "accept-encoding", "") else css, style
if path.startswith("/api"):
    ours = headers.get("origin") == "https://app.example.com"
    allow = {"access-control-allow-origin": "https://app.example.com", "vary": "origin"}
    return 200 if path == "/api/" else 404, allow if ours else {}, "{}"
return 404, safe, "<h1>Not Found</h1>"
`.trim();

/** The same mistakes that Django projects make. */
const broken = `
html = {"content-type": "text/html; charset=utf-8"}
print('{"message": "request"}', flush=True)
if path == "/up/":
    print("plain", headers.get("authorization", ""), flush=True)
    return (200 if headers.get("x-forwarded-proto") else 301), {"location": "https://x/"}, "ok"
if path == "/.env":
    return 200, {"content-type": "text/plain"}, "SECRET_KEY=1\\nDEBUG=1\\n"
if method == "POST" and "csrfmiddlewaretoken" in body:
    return 403, html, "CSRF verification failed. Request aborted."
if path == "/":
    link = ('<a href="https://' + headers["host"] + '/reset/">reset</a>'
            '<form method="post" action="http://tiny.example.com/"><input type="hidden" '
            'name="csrfmiddlewaretoken" value="t0k3n"></form><img src="http://localhost:8000/a.png">'
            '<script src="http://cdn.example.com/x.js"></script>')
    return 200, {**html, "set-cookie": "sessionid=1",
                 "access-control-allow-origin": headers.get("origin", ""),
                 "access-control-allow-credentials": "true"}, (
        link + '<link rel="stylesheet" href="/static/site.0123abcd4567.css">')
if path == "/static/site.0123abcd4567.css":
    return 200, {"content-type": "text/css", "cache-control": "max-age=60"}, "body {}\\n" * 200
return 404, {**html, "cache-control": "max-age=31536000"}, (
    "Using the URLconf defined in tiny.urls, Django tried these")
`.trim();

const manifest = `rehearse:
  host: tiny.example.com
  expect: { cors: { allow: ["https://app.example.com"], path: /api/ } }
`;

const unhealthy = `FROM python:3.13-slim
WORKDIR /app
COPY . .
USER 10001
HEALTHCHECK CMD ["curl", "-f", "http://127.0.0.1:8000/up/"]
CMD ["python3", "-u", "server.py"]
`;

async function ask(handle: string, dockerfile?: string) {
  await using t = await openRehearsal(
    serverFiles(handle, { manifest, ...(dockerfile === undefined ? {} : { dockerfile }) }),
  );
  const { findings } = await t.run({ skip: ['database', 'settings', 'smoke'] });
  return findings
    .filter(({ step }) => step === 'http')
    .map(({ level, code, title }) => `${level} ${code}: ${title}`);
}

describeWithEngine('the http step', () => {
  test('has nothing to say about an application in order', async () => {
    expect(await ask(inOrder)).toEqual([
      'pass security-headers: The headers of / are worth the grade A+ (100 of 100).',
      expect.stringMatching(/^pass version-leaked: .* BaseHTTP/u),
    ]);
  });

  test('finds what pages, caches, strangers and logs would show', async () => {
    expect(await ask(broken, unhealthy)).toMatchInlineSnapshot(`
      [
        "warn security-headers: The headers of / are worth the grade F (0 of 100).",
        "warn static-headers: /static/site.0123abcd4567.css is fetched again and again: max-age=60.",
        "warn static-headers: /static/site.0123abcd4567.css is sent uncompressed (1600 bytes).",
        "warn static-headers: A static file that is missing is remembered as missing.",
        "fail debug-page: Visitors see Django’s debug page: settings, paths and variables.",
        "fail host-not-checked: Whoever sends a request can choose the host in the links of /.",
        "fail cors-open: A script of any site can read / as the user who visits it.",
        "warn health-refuses-probe: A platform that asks the container itself gets 301 from /up/.",
        "fail healthcheck-fails: The HEALTHCHECK calls a program that the image does not have.",
        "fail cors-refused: The front end at https://app.example.com cannot use /api/.",
        "warn page-links-wrong: / links to itself by http: http://tiny.example.com/",
        "warn page-links-wrong: / sends visitors to their own machine: http://localhost:8000/a.png",
        "pass version-leaked: Answers name the version of the server: BaseHTTP/0.6 Python/3.13.5",
        "fail csrf-refused: No form can be sent: / refuses its own token behind the TLS proxy.",
        "fail files-exposed: Everybody can read files of the project: /.env",
        "fail secrets-logged: The log shows the Authorization header of requests.",
      ]
    `);
  });
});
