import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import net from 'node:net';
import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import { connectEngine } from '../../../src/engine/connect-engine.ts';
import { openEngineProxy } from '../../support/engine-proxy.ts';
import { describeWithEngine } from '../../support/engine.ts';
import { openSyncTest, until } from './open-sync-test.ts';

describeWithEngine('an engine that goes away', () => {
  test('is waited for, and gets the difference when it is back', async () => {
    await using s = await openSyncTest();
    const { endpoint } = s.t.engine.connection;
    if (endpoint.type !== 'socket') throw new Error('This test needs an engine on a local socket.');
    await using proxy = await openEngineProxy(endpoint, 'socket');
    const env = { DOCKER_HOST: proxy.address };
    await using engine = await connectEngine({ env, home: homedir() }, s.t.signal);
    const sync = await s.start({ engine });
    proxy.cut();
    await until('the interruption', () => s.eventsOf('sync-interrupted').length > 0);
    await s.write('shop/views.py', 'while it was away');

    const path = proxy.address.slice('unix://'.length);
    if (existsSync(path)) await rm(path);
    const sockets = new Set<net.Socket>();
    const server = net.createServer({ allowHalfOpen: true }, (client) => {
      const upstream = net.connect({ path: endpoint.path, allowHalfOpen: true });
      for (const socket of [client, upstream]) sockets.add(socket.on('error', () => {}));
      client.pipe(upstream).pipe(client);
    });
    server.listen(path);
    await once(server, 'listening');
    try {
      await until('the second connection', () => s.eventsOf('sync-connected').length === 2);
      await s.untilEqual();
      await sync[Symbol.asyncDispose]();
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
    expect(s.eventsOf('sync-connected').at(-1)).toMatchObject({ sent: 1, deletes: 0 });
  });
});
