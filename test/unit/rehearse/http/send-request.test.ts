import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { sendRequest } from '../../../../src/rehearse/http/send-request.ts';
import { serve } from './http-server.ts';

const signal = AbortSignal.timeout(10_000);
const get = { method: 'GET', path: '/', headers: { host: 'shop.example.com' } };

test('sends host and body, and answers status, headers, cookies and body', async () => {
  await using server = await serve((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      response.writeHead(418, { 'set-cookie': ['a=1', 'b=2'], 'x-one': 'two' });
      response.end(`${request.method} ${request.url} ${request.headers.host} ${body}`);
    });
  });
  const request = { ...get, method: 'POST', path: '/x?y', body: 'a=ü' };
  const response = await sendRequest(server.address, request, signal);
  expect(response).toMatchObject({ status: 418, cookies: ['a=1', 'b=2'] });
  expect(response.headers['x-one']).toBe('two');
  expect(response.body.toString()).toBe('POST /x?y shop.example.com a=ü');
});

test.each([
  ['gzip', gzipSync('hello')],
  ['br', brotliCompressSync('hello')],
])('undoes %s', async (encoding, body) => {
  await using server = await serve((_, response) => {
    response.writeHead(200, { 'content-encoding': encoding });
    response.end(body);
  });
  const response = await sendRequest(server.address, get, signal);
  expect(response.body.toString()).toBe('hello');
});

test('a body that is not what its header says stays as it came', async () => {
  await using server = await serve((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end('plain');
  });
  const response = await sendRequest(server.address, get, signal);
  expect(response.body.toString()).toBe('plain');
});

test('follows no redirect', async () => {
  await using server = await serve((_, response) => {
    response.writeHead(301, { location: 'https://shop.example.com/' }).end();
  });
  expect(await sendRequest(server.address, get, signal)).toMatchObject({ status: 301 });
});

test('rejects with the reason of the abort while it waits', async () => {
  await using server = await serve(() => undefined);
  const abort = new AbortController();
  const pending = sendRequest(server.address, get, abort.signal);
  abort.abort(new Error('enough'));
  await expect(pending).rejects.toThrow('enough');
});

test('rejects when nothing listens', async () => {
  const { address } = await serve(() => undefined).then(async (server) => {
    await server[Symbol.asyncDispose]();
    return server;
  });
  await expect(sendRequest(address, get, signal)).rejects.toThrow('ECONNREFUSED');
});
