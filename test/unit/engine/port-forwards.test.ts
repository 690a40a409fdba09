import { once } from 'node:events';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { Scope } from '../../../src/context/scope.ts';
import { createTcpForwards } from '../../../src/engine/port-forwards.ts';

const { signal } = new AbortController();
/** The other loopback address stands for the other machine. */
const machine = '127.0.0.2';

async function listen(scope: Scope, host: string, says: string): Promise<number> {
  const server = net.createServer((socket) => socket.on('error', () => {}).end(says));
  server.listen(0, host);
  await once(server, 'listening');
  scope.defer(async () => {
    server.close();
    await once(server, 'close');
  });
  return (server.address() as net.AddressInfo).port;
}

async function hear(port: number): Promise<string> {
  return await text(net.connect(port, '127.0.0.1'));
}

test('a port has the same number here, also for the next djdev', async () => {
  await using scope = new Scope();
  const port = await listen(scope, machine, 'there');
  const first = createTcpForwards('tcp://there:1', machine);
  expect(await first.forwardPort(port, signal)).toBe(port);
  expect(await first.forwardPort(port, signal)).toBe(port);
  expect(await hear(port)).toBe('there');

  const second = scope.use(createTcpForwards('tcp://there:1', machine));
  expect(await second.forwardPort(port, signal)).toBe(port);
  const stranger = scope.use(createTcpForwards('tcp://elsewhere:1', machine));
  const other = await stranger.forwardPort(port, signal);
  expect(other).not.toBe(port);
  expect(await hear(other)).toBe('there');

  await first[Symbol.asyncDispose]();
  await expect(hear(port)).rejects.toThrow('ECONNREFUSED');
});

test('a port that somebody else has is forwarded under another number', async () => {
  await using scope = new Scope();
  const port = await listen(scope, '127.0.0.1', 'here');
  const forwards = scope.use(createTcpForwards('tcp://there:2', machine));
  const local = await forwards.forwardPort(port, signal);
  expect(local).not.toBe(port);
  expect(await hear(port)).toBe('here');
});
