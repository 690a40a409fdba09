import { expect, test } from 'vitest';
import { checkAllowedOrigin, checkStrangeOrigins } from '../../../../src/rehearse/checks/cors.ts';
import { checkUnknownPage } from '../../../../src/rehearse/checks/error-answers.ts';
import { checkDirectProbe, checkStrangeHost } from '../../../../src/rehearse/checks/host-header.ts';
import { checkLoggedSecrets, checkLogLines } from '../../../../src/rehearse/checks/log-lines.ts';
import { gradePage } from '../../../../src/rehearse/checks/security-headers.ts';
import { checkStaticHeaders } from '../../../../src/rehearse/checks/static-headers.ts';

const answer = (
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body = '',
  cookies: readonly string[] = [],
) => ({ status, headers, cookies, body: Buffer.from(body) });

const safe = {
  'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
};

test('a page is graded as the HTTP Observatory grades it', () => {
  const grade = (headers: Readonly<Record<string, string>>, cookies: readonly string[] = []) => {
    const insecure = answer(301, { location: 'https://shop.example.com/' });
    const { score, grade } = gradePage({ path: '/', page: { headers, cookies }, insecure });
    return `${grade} ${score}`;
  };
  expect(grade(safe)).toBe('A+ 100');
  const { 'content-security-policy': _, ...withoutPolicy } = safe;
  expect(grade({ ...withoutPolicy, 'x-frame-options': 'DENY' })).toBe('B 75');
  expect(grade(withoutPolicy)).toBe('C 55');
  expect(grade({ ...safe, 'strict-transport-security': 'max-age=3600' })).toBe('A 90');
  const inline = "default-src 'self' 'unsafe-inline'; frame-ancestors 'none'";
  expect(grade({ ...safe, 'content-security-policy': inline })).toBe('B+ 80');
  expect(grade(safe, ['sessionid=1; HttpOnly; Secure', 'csrftoken=2; Secure; SameSite=Lax'])).toBe(
    'A+ 100',
  );
  expect(grade(safe, ['sessionid=1; HttpOnly'])).toBe('C+ 60');
  expect(grade({}, ['sessionid=1'])).toBe('F 0');
});

test('http that is served and not redirected costs points', () => {
  const insecure = answer(200);
  const { deductions } = gradePage({ path: '/', page: answer(200, safe), insecure });
  expect(deductions.map(({ what }) => what)).toEqual([
    'http is answered 200 and not redirected to https',
  ]);
});

test('a file without a hash may be fetched again, and small ones go uncompressed', () => {
  const plain = answer(200, { 'content-type': 'text/css', 'cache-control': 'max-age=60' }, 'x');
  const others = { compressed: plain, again: undefined, missing: undefined };
  expect(checkStaticHeaders({ path: '/static/site.css', plain, ...others })).toEqual([]);
  expect(checkStaticHeaders({ path: '/static/site.0123abcd.css', plain, ...others })).toMatchObject(
    [{ title: '/static/site.0123abcd.css is fetched again and again: max-age=60.' }],
  );
});

test('a compressed file varies, and is the same file', () => {
  const text = 'body {}\n'.repeat(200);
  const css = { 'content-type': 'text/css' };
  const check = (headers: Readonly<Record<string, string>>, body = text) =>
    checkStaticHeaders({
      path: '/static/site.css',
      plain: answer(200, css, text),
      compressed: answer(200, { ...css, ...headers }, body),
      again: undefined,
      missing: undefined,
    }).map(({ detail }) => detail);
  const gzip = { 'content-encoding': 'gzip' };
  expect(check({ ...gzip, vary: 'Accept-Encoding' })).toEqual([]);
  expect(check({})).toEqual(['The request accepted gzip.']);
  expect(check(gzip)).toEqual([
    'Without “Vary: Accept-Encoding” a shared cache hands gzip to those who cannot read it.',
  ]);
  expect(check({ ...gzip, vary: 'accept-encoding' }, 'other')).toEqual([
    'Its content differs from the uncompressed one.',
  ]);
});

test('an origin that comes back is open; a star without cookies is public', () => {
  const check = (headers: Readonly<Record<string, string>>) =>
    checkStrangeOrigins([{ path: '/api/', origin: 'null', response: answer(200, headers) }]).map(
      ({ level }) => level,
    );
  expect(check({})).toEqual([]);
  expect(check({ 'access-control-allow-origin': '*' })).toEqual([]);
  expect(check({ 'access-control-allow-origin': 'null' })).toEqual(['warn']);
  expect(
    check({
      'access-control-allow-origin': 'null',
      'access-control-allow-credentials': 'true',
    }),
  ).toEqual(['fail']);
});

test('a front end that sends cookies needs more than a star', () => {
  const origin = 'https://app.example.com';
  const check = (headers: Readonly<Record<string, string>>, credentials: boolean) => {
    const response = answer(200, headers);
    const answers = { path: '/api/', origin, simple: response, preflight: response, credentials };
    return checkAllowedOrigin(answers).map(({ detail }) => detail);
  };
  const echo = { 'access-control-allow-origin': origin, vary: 'origin' };
  expect(check({ 'access-control-allow-origin': '*' }, false)).toEqual([]);
  expect(check(echo, false)).toEqual([]);
  expect(check({ ...echo, 'access-control-allow-credentials': 'true' }, true)).toEqual([]);
  expect(check({ 'access-control-allow-origin': '*' }, true)).toEqual([
    'GET: Access-Control-Allow-Origin is *\nOPTIONS: Access-Control-Allow-Origin is *',
  ]);
});

test('a strange host is refused, or at least not repeated', () => {
  const check = (status: number, headers = {}, body = '') =>
    checkStrangeHost('/', answer(status, headers, body)).map(({ code }) => code);
  expect(check(400)).toEqual([]);
  expect(check(200, {}, 'hello')).toEqual([]);
  expect(check(200, {}, 'https://evil.example/reset')).toEqual(['host-not-checked']);
  expect(check(302, { location: 'https://evil.example/' })).toEqual(['host-not-checked']);
  expect(check(500)).toEqual(['host-not-checked']);
});

test('a probe that is redirected or refused is told apart', () => {
  const check = (status: number) => checkDirectProbe('/up/', '10.0.0.2:8000', answer(status))[0];
  expect(check(204)).toBeUndefined();
  expect(check(301)?.hint).toContain('SECURE_REDIRECT_EXEMPT');
  expect(check(400)?.hint).toContain('ALLOWED_HOSTS');
});

test('unknown pages show neither settings nor an error', () => {
  const check = (status: number, text: string) =>
    checkUnknownPage('/x/', answer(status, {}, text)).map(({ code }) => code);
  expect(check(404, 'Not Found')).toEqual([]);
  expect(check(404, '<p>Using the URLconf defined in <code>shop.urls</code>')).toEqual([
    'debug-page',
  ]);
  expect(check(500, '')).toEqual(['error-page-broken']);
});

test('plain logs are no mistake, mixed ones are', () => {
  const json = '{"message": "a"}';
  const check = (lines: readonly string[], declared?: 'json') =>
    checkLogLines(lines, declared).map(({ level, title }) => `${level} ${title}`);
  expect(check([])).toEqual([]);
  expect(check(['Booting worker', 'Listening at'])).toEqual([]);
  expect(check([json, json, ''])).toEqual([]);
  expect(check([json, json, 'Traceback'])).toEqual(['warn 1 of 3 log lines are not JSON.']);
  expect(check(['plain', json, 'plain'], 'json')).toEqual(['fail 2 of 3 log lines are not JSON.']);
});

test('a secret in the log is told without repeating it', () => {
  const [finding] = checkLoggedSecrets(['headers: {"authorization": "Bearer c-1"}'], {
    'the Authorization header': 'c-1',
    'a cookie': 'c-2',
  });
  expect(finding?.title).toBe('The log shows the Authorization header of requests.');
  expect(finding?.detail).toBe('headers: {"authorization": "Bearer …"}');
});
