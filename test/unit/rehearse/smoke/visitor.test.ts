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
