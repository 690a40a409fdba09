import { expect, test } from 'vitest';
import { CookieJar } from '../../../../src/rehearse/http/cookie-jar.ts';

test('keeps cookies by name and sends them back', () => {
  const jar = new CookieJar();
  expect(jar.header()).toBeUndefined();
  jar.store(['csrftoken=one; Path=/; Secure', 'sessionid=a=b; HttpOnly']);
  jar.store(['csrftoken=two; Max-Age=3600']);
  expect(jar.header()).toBe('csrftoken=two; sessionid=a=b');
  expect(jar.get('csrftoken')).toBe('two');
});

test('forgets a cookie that the server ends', () => {
  const jar = new CookieJar();
  jar.store(['sessionid=x', 'other=y', 'nonsense']);
  jar.store(['sessionid=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/']);
  expect(jar.header()).toBe('other=y');
});
