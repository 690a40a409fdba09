import { expect, test } from 'vitest';
import { formatCurl } from '../../../../src/rehearse/http/format-curl.ts';

const address = { host: '127.0.0.1', port: 49153 };

test('a GET with its headers', () => {
  const headers = { host: 'shop.example.com', 'x-forwarded-proto': 'https', 'user-agent': 'djdev' };
  expect(formatCurl(address, { method: 'GET', path: '/?q=a b', headers })).toBe(
    `curl -i -H 'host: shop.example.com' -H 'x-forwarded-proto: https' 'http://127.0.0.1:49153/?q=a b'`,
  );
});

test('a POST without its credentials', () => {
  const headers = { cookie: 'sessionid=1', authorization: 'Bearer 2' };
  const body = "csrfmiddlewaretoken=3&user=o'neil&password=4";
  expect(formatCurl(address, { method: 'POST', path: '/login/', headers, body })).toBe(
    `curl -i -X POST -H 'cookie: …' -H 'authorization: …' ` +
      String.raw`--data 'csrfmiddlewaretoken=…&user=o'\''neil&password=…' ` +
      'http://127.0.0.1:49153/login/',
  );
  const json = '{"user":"a","api_token":"5\\"6"}';
  expect(formatCurl(address, { method: 'PUT', path: '/', headers: {}, body: json })).toBe(
    `curl -i -X PUT --data '{"user":"a","api_token":"…"}' http://127.0.0.1:49153/`,
  );
});

test('an IPv6 address in brackets', () => {
  const request = { method: 'HEAD', path: '/', headers: {} };
  expect(formatCurl({ host: '::1', port: 8000 }, request)).toBe(
    `curl -i --head 'http://[::1]:8000/'`,
  );
});

test('a deployment by its URL: https, without the usual port and the host that curl sends', () => {
  const headers = { host: 'shop.example.com', accept: 'text/html' };
  const address = { host: 'shop.example.com', port: 443, tls: true } as const;
  expect(formatCurl(address, { method: 'GET', path: '/a', headers })).toBe(
    `curl -i -H 'accept: text/html' https://shop.example.com/a`,
  );
});
