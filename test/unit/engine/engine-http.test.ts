import { once } from 'node:events';
import http, { type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { Scope } from '../../../src/context/scope.ts';
import { createEngineHttp, type EngineHttp } from '../../../src/engine/engine-http.ts';
import { EngineRefusal } from '../../../src/engine/engine-refusal.ts';

const signal = AbortSignal.timeout(30_000);

async function serve(
  scope: Scope,
  listener: RequestListener,
): Promise<{ readonly server: Server; readonly engine: EngineHttp }> {
  const server = http.createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const endpoint = { type: 'tcp', host: '127.0.0.1', port, tls: undefined } as const;
  const engine = createEngineHttp(endpoint, '1.41');
  scope.defer(() => {
    engine.close();
    server.closeAllConnections();
    server.close();
  });
  return { server, engine };
}

test('sends version, query, headers and body', async () => {
  await using scope = new Scope();
  const { engine } = await serve(scope, (request, response) => {
    const { method, url, headers } = request;
    response.write([method, url, headers['x-many'], ''].join('\n'));
    request.pipe(response);
  });
  const options = {
    query: { name: 'a b', force: true, none: undefined, limit: 0 },
    headers: { 'X-Many': ['1', '2'] },
  };
  for (const body of ['héllo', Buffer.from('héllo'), Readable.from([Buffer.from('h'), 'éllo'])]) {
    const reply = await engine.request('POST', '/containers', { ...options, body }, signal);
    expect(reply.status).toBe(200);
    expect(await text(reply.body)).toBe(
      'POST\n/v1.41/containers?name=a+b&force=true&limit=0\n1, 2\nhéllo',
    );
  }
});

test('asks again when a kept connection was closed, but never tells twice', async () => {
  await using scope = new Scope();
  let requests = 0;
  const { engine } = await serve(scope, (request, response) => {
    requests += 1;
    // Every second request finds its connection closed under its feet.
    if (requests % 2 === 0) request.socket.resetAndDestroy();
    else response.end(`answer ${requests}`);
  });
  const ask = async (method: 'GET' | 'POST'): Promise<string> =>
    await text((await engine.request(method, '/', {}, signal)).body);
  expect(await ask('GET')).toBe('answer 1');
  expect(await ask('GET')).toBe('answer 3');
  await expect(ask('POST')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(requests).toBe(4);
});

test('rejects with the reason of an abort, before, during and after the answer', async () => {
  await using scope = new Scope();
  const { engine } = await serve(scope, (request, response) => {
    if (request.url?.endsWith('/slow')) return;
    response.write('first');
  });
  const reason = new Error('Ctrl-C');
  await expect(engine.request('GET', '/', {}, AbortSignal.abort(reason))).rejects.toBe(reason);

  const waiting = new AbortController();
  const pending = engine.request('GET', '/slow', {}, waiting.signal);
  waiting.abort(reason);
  await expect(pending).rejects.toBe(reason);

  const reading = new AbortController();
  const { body } = await engine.request('GET', '/', {}, reading.signal);
  const read = async (): Promise<void> => {
    for await (const _ of body) reading.abort(reason);
  };
  await expect(read()).rejects.toBe(reason);
});

test('a body that fails fails the request', async () => {
  await using scope = new Scope();
  const { engine } = await serve(scope, (request) => void request.resume());
  const failure = new Error('cannot read the file');
  const body = new Readable({
    read() {
      this.destroy(failure);
    },
  });
  await expect(engine.request('POST', '/build', { body }, signal)).rejects.toBe(failure);
});

test('a large body is not read faster than it is sent', async () => {
  await using scope = new Scope();
  const { engine } = await serve(scope, (_request, response) => {
    // Answers early and never reads, as an engine does that refuses an upload.
    response.statusCode = 400;
    response.end('{"message":"no"}');
  });
  let produced = 0;
  const body = new Readable({
    read() {
      produced += 64 * 1024;
      this.push(produced > 1024 ** 3 ? null : Buffer.alloc(64 * 1024));
    },
  });
  const reply = await engine.request('POST', '/build', { body }, signal);
  expect(reply.status).toBe(400);
  expect(await text(reply.body)).toBe('{"message":"no"}');
  expect(produced).toBeLessThan(64 * 1024 * 1024);
});

test('an upgraded connection keeps the bytes that came with the answer, and half-closes', async () => {
  await using scope = new Scope();
  const { server, engine } = await serve(scope, () => {});
  server.on('upgrade', (request, socket) => {
    const head = `HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: ${request.headers.upgrade}\r\n\r\n`;
    socket.write(`${head}early `);
    socket.pipe(socket);
  });
  const connection = await engine.upgrade('POST', '/attach', { protocol: 'h2c' }, signal);
  connection.end('echo');
  expect(await text(connection)).toBe('early echo');
});

test('a refused upgrade carries status and message', async () => {
  await using scope = new Scope();
  const { engine } = await serve(scope, (_request, response) => {
    response.statusCode = 404;
    response.end('{"message":"No such container: x"}');
  });
  const refused: unknown = await engine
    .upgrade('POST', '/attach', { protocol: 'tcp' }, signal)
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(EngineRefusal);
  expect(refused).toMatchObject({ status: 404, message: 'No such container: x' });
});

test('closing ends connections in use', async () => {
  await using scope = new Scope();
  const { engine } = await serve(scope, (_request, response) => void response.write('first'));
  const { body } = await engine.request('GET', '/events', {}, signal);
  engine.close();
  await expect(text(body)).rejects.toMatchObject({ code: 'ECONNRESET' });
});
