import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { withPostgresSession } from '../../../src/database/postgres-session.ts';
import { Secret } from '../../../src/project/secret.ts';

test('an abort ends a session that a server lets wait for its first answer', async () => {
  const accepted = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => accepted.resolve());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const address = { host: '127.0.0.1', port, user: 'u', password: new Secret('p'), database: 'd' };
  const abort = new AbortController();
  try {
    const session = withPostgresSession(address, abort.signal, async () => 'used');
    const outcome = expect(session).rejects.toThrow('Ctrl-C');
    await accepted.promise;
    abort.abort(new Error('Ctrl-C'));
    await outcome;
  } finally {
    server.close();
  }
});
