import { expect, test } from 'vitest';
import type { SmokeRequest } from '../../../../src/project/project.ts';
import { Visitor } from '../../../../src/rehearse/smoke/visitor.ts';
import { serve } from '../http/http-server.ts';

const signal = AbortSignal.timeout(20_000);
const host = 'shop.example.com';
const request: SmokeRequest = {
  method: 'POST',
  path: '/login/',
  headers: {},
  form: { user: 'ada' },
  json: undefined,
  expect: { status: 200, contains: [], absent: [], headers: {} },
  location: undefined,
};

test('without protection a form is sent as it is', async () => {
  await using server = await serve((incoming, response) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () =>
      response.end(`${String(incoming.headers['x-forwarded-proto'])} ${body}`),
    );
  });
  const { response } = await new Visitor({ ...server, host }, signal).send(request);
  expect(response?.body.toString()).toBe('https user=ada');
});

test('a token of the cookie alone is sent as a header', async () => {
  await using server = await serve((incoming, response) => {
    if (incoming.method === 'GET') response.setHeader('set-cookie', 'csrftoken=abc; Path=/');
    response.end(`${incoming.headers.cookie} ${String(incoming.headers['x-csrftoken'])}`);
  });
  const json = { ...request, form: undefined, json: { a: 1 } };
  const { response } = await new Visitor({ ...server, host }, signal).send(json);
  expect(response?.body.toString()).toBe('csrftoken=abc abc');
});

test('a request that is never answered is told apart from a broken one', async () => {
  await using hanging = await serve(() => undefined);
  expect(await new Visitor({ ...hanging, host }, signal, 50).get('/')).toMatchObject({
    response: undefined,
    failure: 'no answer within 0.05 s',
    isHung: true,
  });
  await using breaking = await serve((incoming) => void incoming.socket.destroy());
  expect(await new Visitor({ ...breaking, host }, signal).get('/')).toMatchObject({
    failure: 'the connection was closed without an answer',
    isHung: false,
  });
});

test('steps carry the token of the cookie, as it is by then', async () => {
  const seen: string[] = [];
  await using server = await serve((incoming, response) => {
    seen.push(`${incoming.method} ${incoming.url} ${String(incoming.headers['x-csrftoken'])}`);
    if (incoming.url === '/login/') response.setHeader('set-cookie', 'csrftoken=second; Path=/');
    response.setHeader('content-type', 'text/html');
    response.end('<input type="hidden" name="csrfmiddlewaretoken" value="first">');
  });
  const visitor = new Visitor({ ...server, host }, signal);
  await visitor.get('/');
  await visitor.send(request, { carriesToken: true });
  await visitor.send({ ...request, path: '/order/' }, { carriesToken: true });
  expect(seen).toEqual(['GET / undefined', 'POST /login/ first', 'POST /order/ second']);
});

test('what is shown of a request is not what may not be shown', async () => {
  let body = '';
  await using server = await serve((incoming, response) => {
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () => response.end());
  });
  const sent = { ...request, headers: { 'x-key': 'abc' }, form: { pin: '4711' } };
  const shown = { ...request, headers: { 'x-key': '$KEY' }, form: { pin: '$PIN' } };
  const exchange = await new Visitor({ ...server, host }, signal).send(sent, { shown });
  expect(body).toBe('pin=4711');
  expect(JSON.stringify(exchange.request)).not.toMatch(/abc|4711/);
  expect(exchange.request.headers['x-key']).toBe('$KEY');
});

test('redirects are followed on the site, and not for ever', async () => {
  await using server = await serve((incoming, response) => {
    const targets: Readonly<Record<string, string>> = {
      '/a': '/b?x=1',
      '/b?x=1': `https://${host}/c`,
      '/away': 'https://example.org/',
      '/round': '/round',
    };
    const location = targets[incoming.url ?? ''];
    if (location !== undefined) response.setHeader('location', location);
    response.statusCode = location === undefined ? 200 : 302;
    response.end(incoming.url);
  });
  const visitor = new Visitor({ ...server, host }, signal);
  const ask = async (path: string) => visitor.follow(await visitor.get(path));
  expect((await ask('/a')).response?.body.toString()).toBe('/c');
  expect((await ask('/away')).response?.status).toBe(302);
  expect(await ask('/round')).toMatchObject({ failure: 'more than 10 redirects' });
});
