import { request } from 'node:http';
import { beforeAll, afterAll, expect, test } from 'vitest';
import { describeGate, readGateProgram } from '../../../src/stack/gate/describe-gate.ts';
import { holdGate } from '../../../src/stack/gate/switch-gate.ts';
import { stackContainer, stackNetwork } from '../../../src/stack/stack-names.ts';
import {
  describeWithEngine,
  type EngineTest,
  openEngineTest,
  testImage,
} from '../../support/engine.ts';

/** Cuts the first two connections of each path before it answers; says how many there were. */
const server = `
import collections, signal, socket, struct, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
seen = collections.Counter()
listener = socket.create_server(("0.0.0.0", 8000))
while True:
    client = listener.accept()[0]
    words = client.recv(65536).split()
    seen[words[1]] += 1
    if words[1].startswith(b"/cut") and seen[words[1]] <= 2:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    else:
        body = b"%d" % seen[words[1]]
        client.sendall(b"HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: %d\\r\\n\\r\\n%s" % (len(body), body))
    client.close()
`;

describeWithEngine('a gate', () => {
  let t: EngineTest;
  let gate = '';
  let web = '';
  let url = '';

  beforeAll(async () => {
    t = await openEngineTest();
    const { engine, signal } = t;
    const project = { id: t.worktree, name: 'gate' };
    const network = stackNetwork(project);
    await engine.createNetwork(network, t.ownership('network'), signal);
    const image = await engine.inspectImage(testImage, signal);
    if (image === undefined) throw new Error(`There is no ${testImage}.`);
    web = await engine.createContainer(
      {
        name: stackContainer(project, 'web'),
        image: image.id,
        ownership: t.ownership('web'),
        command: ['python3', '-c', server],
        network,
        lifeline: 'none',
      },
      signal,
    );
    await engine.startContainer(web, signal);
    const source = await readGateProgram();
    const parts = { port: 8000, image, source, existing: undefined };
    const spec = describeGate(project, 'web', parts);
    gate = await engine.createContainer({ ...spec, ownership: t.ownership('gate') }, signal);
    await engine.startContainer(gate, signal);
    const facts = await engine.inspectContainer(gate, signal);
    url = `http://${facts?.host}:${facts?.publishedPorts[8000]}`;
    // The gate itself takes a moment to listen.
    while ((await ask('/', 'GET').catch(() => undefined)) === undefined);
  });
  afterAll(async () => {
    await t[Symbol.asyncDispose]();
  });

  const ask = (path: string, method: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const call = request(`${url}${path}`, { agent: false, method }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve(body));
        response.on('error', reject);
      });
      call.on('error', reject);
      call.end();
    });

  test('asks again for what was cut before it was answered, if that changes nothing', async () => {
    expect(await ask('/cut/get', 'GET')).toBe('3');
    await expect(ask('/cut/post', 'POST')).rejects.toThrow(/hang up|ECONNRESET/);
    // It was asked once.
    await expect(ask('/cut/post', 'POST')).rejects.toThrow(/hang up|ECONNRESET/);
    expect(await ask('/cut/post', 'POST')).toBe('3');
  });

  test('holds what comes while a container is restarted', async () => {
    const { engine, signal } = t;
    const order: string[] = [];
    let waiting: Promise<unknown> = Promise.resolve();
    await holdGate(
      t,
      gate,
      async () => {
        waiting = ask('/held', 'POST').then((body) => order.push(`answered ${body}`));
        await engine.stopContainer(web, 5000, signal);
        order.push('stopped');
        await engine.startContainer(web, signal);
        order.push('started');
      },
      signal,
    );
    await waiting;
    expect(order).toEqual(['stopped', 'started', 'answered 1']);
  });
});
