import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { probePostgres, readAnswer, startupMessage } from '../../../src/database/probe-postgres.ts';

const session = { user: 'shop', database: 'postgres' };
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server that sends `parts` once a client has spoken; without parts it hangs up. */
async function serve(parts: readonly Buffer[]): Promise<{ host: string; port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      for (const part of parts) socket.write(part);
      if (parts.length === 0) socket.destroy();
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

function errorMessage(sqlState: string): Buffer {
  const body = Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0Mthe database system is starting up\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

test('speaks protocol 3.0', () => {
  expect(startupMessage(session).toString('latin1')).toBe(
    '\0\0\0\x25\0\x03\0\0user\0shop\0database\0postgres\0\0',
  );
});

test.each([
  ['authentication request', [Buffer.from('R\0\0\0\x08\0\0\0\x0a')], 'ready'],
  ['starting up', [errorMessage('57P03')], 'starting'],
  ['a wrong password counts as a server that takes sessions', [errorMessage('28P01')], 'ready'],
  [
    'an error in two parts',
    [errorMessage('57P03').subarray(0, 9), errorMessage('57P03').subarray(9)],
    'starting',
  ],
  ['something else than Postgres', [Buffer.from('HTTP/1.1 400 Bad Request')], 'silent'],
  ['a proxy with nothing behind it', [], 'silent'],
] as const)('reads %s', async (_, parts, answer) => {
  expect(await probePostgres(await serve(parts), session)).toBe(answer);
});

test('nobody listening is silence, not an error', async () => {
  const address = await serve([]);
  await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));
  expect(await probePostgres(address, session)).toBe('silent');
});

test('waits for the rest of an error before it judges', () => {
  expect(readAnswer(Buffer.alloc(0))).toBeUndefined();
  expect(readAnswer(errorMessage('57P03').subarray(0, 12))).toBeUndefined();
});
