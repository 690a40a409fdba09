import { existsSync, rmSync } from 'node:fs';
import { homedir, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import net from 'node:net';
import { expect, test } from 'vitest';
import { connectEngine } from '../../../src/engine/connect-engine.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { openEngineProxy } from '../../support/engine-proxy.ts';
import { describeWithEngine, testImage } from '../../support/engine.ts';
import { hasSshServer, openSshServer } from '../../support/ssh-server.ts';
import { openSyncTest, type SyncTest, until } from './open-sync-test.ts';

describeWithEngine('an engine on another machine', () => {
  // The machine under an address that is not its loopback is as far away as another one.
  const own = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

  test.skipIf(own === undefined)('behind tcp:// is synced, and its ports are here', async () => {
    await using s = await openSyncTest();
    await using proxy = await openEngineProxy(s.t.engine.connection.endpoint, {
      address: own ?? '',
    });
    expect(proxy.address).toBe(`tcp://${own}:${new URL(proxy.address).port}`);
    await using engine = await connect(s, { DOCKER_HOST: proxy.address });
    await expectSynced(s, engine);
    await expectPorts(s, () => connect(s, { DOCKER_HOST: proxy.address }), engine);
  });

  test.skipIf(!hasSshServer())('behind ssh:// is synced, and its ports are here', async () => {
    await using s = await openSyncTest();
    await using server = await openSshServer();
    const { PATH } = process.env;
    process.env['PATH'] = server.path;
    try {
      await using engine = await connect(s, { DOCKER_HOST: server.address });
      expect(engine.info.endpoint).toContain(server.address);
      await expectSynced(s, engine);
      await expectPorts(s, () => connect(s, { DOCKER_HOST: server.address }), engine);
    } finally {
      process.env['PATH'] = PATH;
    }
  });
});

async function connect(s: SyncTest, env: Readonly<Record<string, string>>): Promise<Engine> {
  return await connectEngine({ env, home: homedir() }, s.t.signal);
}

/** There and back, without anything of this machine being mounted there. */
async function expectSynced(s: SyncTest, engine: Engine): Promise<void> {
  const sync = await s.start({ engine });
  await s.write('shop/views.py', 'edited');
  await s.write('new/a.py', '1');
  expect(Object.keys(await s.untilEqual())).toContain('new/a.py');
  rmSync(join(s.root, 'new'), { recursive: true });
  expect(Object.keys(await s.untilEqual())).toEqual(['shop', 'shop/views.py']);
  await s.python("open('/app/shop/made.py', 'w').write('made')");
  await until('the way back', () => existsSync(join(s.root, 'shop/made.py')));
  await sync[Symbol.asyncDispose]();
}

async function expectPorts(
  s: SyncTest,
  connectAgain: () => Promise<Engine>,
  engine: Engine,
): Promise<void> {
  const id = await engine.createContainer(
    {
      name: s.t.nameFor('web'),
      image: testImage,
      ownership: s.t.ownership('web'),
      command: ['python3', '-m', 'http.server', '8000'],
      network: await s.t.engine.createNetwork(s.t.nameFor('net'), s.t.ownership('net'), s.t.signal),
      publish: [8000],
      init: true,
      lifeline: 'none',
    },
    s.t.signal,
  );
  await engine.startContainer(id, s.t.signal);
  const facts = await engine.inspectContainer(id, s.t.signal);
  const port = facts?.publishedPorts[8000] ?? 0;
  expect(facts?.host).toBe('127.0.0.1');
  const isServed = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until('an answer', isServed);
  // The next command finds the same, and what it does not hold open does not end with it.
  const again = await connectAgain();
  const seen = await again.inspectContainer(id, s.t.signal);
  await until('an answer to the second', () =>
    fetch(`http://127.0.0.1:${seen?.publishedPorts[8000] ?? 0}/`).then(({ ok }) => ok),
  );
  await again[Symbol.asyncDispose]();
  expect(await isServed()).toBe(true);
  await engine[Symbol.asyncDispose]();
  await until('the end of the forward', async () => !(await isOpen(port)));
}

async function isOpen(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
