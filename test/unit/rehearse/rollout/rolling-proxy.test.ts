import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../../src/context/clock.ts';
import { Scope } from '../../../../src/context/scope.ts';
import { type HttpAddress, sendRequest } from '../../../../src/rehearse/http/send-request.ts';
import { RollingProxy } from '../../../../src/rehearse/rollout/rolling-proxy.ts';
import { serve } from '../http/http-server.ts';

let scope: Scope;
beforeEach(() => {
  scope = new Scope();
});
afterEach(() => scope[Symbol.asyncDispose]());

const signal = AbortSignal.timeout(20_000);
const open = async (address: HttpAddress) => scope.use(await RollingProxy.open(address, signal));
const get = (proxy: RollingProxy, path = '/') =>
  sendRequest(
    proxy.address,
    { method: 'GET', path, headers: { host: 'shop.example.com' } },
    signal,
  );

test('a request and its answer go through as they are', async () => {
  await using old = await serve((request, response) => {
    request.setEncoding('utf8').on('data', (body: string) => {
      response.setHeader('set-cookie', ['a=1', 'b=2; Path=/']);
      response.setHeader('content-encoding', 'gzip');
      response.statusCode = 201;
      const { method, url, headers } = request;
      response.end(gzipSync(`${method} ${url} ${headers.host} ${headers['content-type']} ${body}`));
    });
  });
  const headers = { host: 'shop.example.com', 'content-type': 'text/x' };
  const request = { method: 'POST', path: '/a?b=1', headers, body: 'naïve' };
  const answer = await sendRequest((await open(old.address)).address, request, signal);
  expect(answer).toMatchObject({ status: 201, cookies: ['a=1', 'b=2; Path=/'] });
  expect(answer.body.toString()).toBe('POST /a?b=1 shop.example.com text/x naïve');
  expect(answer.headers).toMatchObject({ 'x-djdev-release': 'old' });
  expect(answer.headers).not.toHaveProperty('x-djdev-failure');
});

test('new requests go to the new release, those under way end in the old one', async () => {
  const begun = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  await using old = await serve((_, response) => {
    begun.resolve();
    void finish.promise.then(() => response.end('old'));
  });
  await using next = await serve((_, response) => response.end('new'));
  const proxy = await open(old.address);
  const slow = get(proxy);
  await begun.promise;
  proxy.switchTo('new', next.address);
  expect((await get(proxy)).body.toString()).toBe('new');
  expect(proxy.underWay('old')).toBe(1);
  expect(await proxy.drained('old', 20, systemClock)).toBe(false);
  finish.resolve();
  expect(await proxy.drained('old', 10_000, systemClock)).toBe(true);
  expect((await slow).body.toString()).toBe('old');
});

test('a release that does not answer is a 502 that says why', async () => {
  let proxy: RollingProxy;
  {
    await using old = await serve((_, response) => response.destroy());
    proxy = await open(old.address);
    expect((await get(proxy)).headers).toMatchObject({
      'x-djdev-release': 'old',
      'x-djdev-failure': 'ECONNRESET',
    });
  }
  const refused = await get(proxy);
  expect(refused.status).toBe(502);
  expect(refused.headers['x-djdev-failure']).toBe('ECONNREFUSED');
});
