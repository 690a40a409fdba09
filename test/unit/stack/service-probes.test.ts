import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { ReadyCheck, ServiceDefinition } from '../../../src/project/project.ts';
import { type ProbeAnswer, probeFor } from '../../../src/stack/service-probes.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server on a free port that does this with each connection; answers the port. */
async function listen(serve: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    serve(socket);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const answering = (text: string): Promise<number> =>
  listen((socket) => socket.once('data', () => socket.end(text)));

async function ask(
  definition: Partial<ServiceDefinition>,
  place: { readonly inside?: number; readonly port?: number; readonly exitCode?: number },
): Promise<ProbeAnswer | undefined> {
  const probe = probeFor({ name: 'one', kind: 'image', image: 'one:1', ...definition });
  const { inside = 80, port = 1, exitCode = 0 } = place;
  return await probe?.({ host: '127.0.0.1', ports: { [inside]: port }, run: async () => exitCode });
}

const http: ReadyCheck = { ask: { type: 'http', path: '/health', port: 80 } };

test('HTTP is ready from 200 to 399, and says what it got instead', async () => {
  const asked = async (text: string) => ask({ ready: http }, { port: await answering(text) });
  expect(await asked('HTTP/1.1 204 No Content\r\n\r\n')).toBe('ready');
  expect(await asked('HTTP/1.0 302 Found\r\n\r\n')).toBe('ready');
  expect(await asked('HTTP/1.1 503 Loading\r\n\r\n')).toEqual({
    notYet: 'GET /health on port 80 gets 503',
  });
  expect(await asked('+OK\r\n')).toEqual({ notYet: 'GET /health on port 80 gets no HTTP' });
  expect(await ask({ ready: http }, {})).toEqual({
    notYet: 'GET /health on port 80 gets no answer',
  });
});

test('TCP is ready when a connection is kept or spoken on, not when it is dropped', async () => {
  const ready: ReadyCheck = { ask: { type: 'tcp', port: 80 } };
  const asked = async (serve: (socket: Socket) => void) =>
    ask({ ready }, { port: await listen(serve) });
  const no = { notYet: 'port 80 takes no connection' };
  expect(await asked(() => {})).toBe('ready');
  expect(await asked((socket) => socket.write('220 hello\r\n'))).toBe('ready');
  expect(await asked((socket) => socket.destroy())).toEqual(no);
  expect(await ask({ ready }, {})).toEqual(no);
});

test('a command is ready when it ends with 0', async () => {
  const ready: ReadyCheck = { ask: { type: 'command', command: ['pg_isready', '-q'] } };
  expect(await ask({ ready }, { exitCode: 0 })).toBe('ready');
  expect(await ask({ ready }, { exitCode: 2 })).toEqual({ notYet: '“pg_isready -q” ends with 2' });
});

test('Redis is ready behind a password, and not while it loads', async () => {
  const asked = async (text: string) =>
    ask({ kind: 'redis' }, { inside: 6379, port: await answering(text) });
  expect(await asked('+PONG\r\n')).toBe('ready');
  expect(await asked('-NOAUTH Authentication required.\r\n')).toBe('ready');
  expect(await asked('-LOADING Redis is loading the dataset in memory\r\n')).toEqual({
    notYet: 'PING gets -LOADING Redis is loading the dataset in memory',
  });
});

test('without a check the first port is asked, and without ports nothing can be', async () => {
  const port = await listen(() => {});
  expect(await ask({ ports: [80, 81] }, { port })).toBe('ready');
  expect(await ask({}, {})).toBeUndefined();
});

test('a declared check stands in place of the known one', async () => {
  const port = await answering('HTTP/1.1 200 OK\r\n\r\n');
  expect(await ask({ kind: 'redis', ready: http }, { port })).toBe('ready');
});
