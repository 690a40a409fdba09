import { expect, test } from 'vitest';
import type { ContainerSpec, LogLine } from '../../../src/engine/engine.ts';
import {
  describeWithEngine,
  type EngineTest,
  openEngineTest,
  testImage,
} from '../../support/engine.ts';
import { leftoversOf } from '../../support/sweep.ts';
import { packFiles, unpackFiles } from '../../support/tar.ts';

function python(t: EngineTest, program: string): ContainerSpec {
  return {
    name: t.nameFor('app'),
    image: testImage,
    ownership: t.ownership('app'),
    command: ['python3', '-u', '-c', program],
    lifeline: 'none',
  };
}

async function read(lines: AsyncIterable<LogLine>): Promise<readonly string[]> {
  const texts: string[] = [];
  for await (const { text } of lines) texts.push(text);
  return texts;
}

describeWithEngine('containers', () => {
  test('are created, started, inspected, stopped and removed one step at a time', async () => {
    await using t = await openEngineTest();
    const program =
      'import signal,sys,time; signal.signal(15, lambda *_: sys.exit(5)); time.sleep(60)';
    const id = await t.engine.createContainer(python(t, program), t.signal);
    expect(await t.engine.inspectContainer(id, t.signal)).toMatchObject({
      running: false,
      exit: undefined,
    });
    await t.engine.startContainer(id, t.signal);
    await t.engine.startContainer(id, t.signal);
    expect(await t.engine.inspectContainer(id, t.signal)).toMatchObject({
      id,
      name: t.nameFor('app'),
      running: true,
      exit: undefined,
      publishedPorts: {},
      host: '127.0.0.1',
    });
    await untilHandling(t, id);
    await t.engine.stopContainer(id, 10_000, t.signal);
    await t.engine.stopContainer(id, 10_000, t.signal);
    expect(await t.engine.inspectContainer(id, t.signal)).toMatchObject({
      running: false,
      exit: { exitCode: 5, outOfMemory: false, error: undefined },
    });
    await t.engine.removeContainer(id, t.signal);
    await t.engine.removeContainer(id, t.signal);
    expect(await t.engine.inspectContainer(id, t.signal)).toBeUndefined();
  });

  test('keep logs that can be read from anywhere and followed', async () => {
    await using t = await openEngineTest();
    const program = 'import time\nfor i in range(5): print(i); time.sleep(0.1)';
    const id = await t.engine.createContainer(python(t, program), t.signal);
    await t.engine.startContainer(id, t.signal);
    expect(await read(t.engine.logs(id, { follow: true }, t.signal))).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4',
    ]);
    expect(await read(t.engine.logs(id, { follow: false, tail: 2 }, t.signal))).toEqual(['3', '4']);
    expect(await read(t.engine.logs(id, { follow: false, tail: 0 }, t.signal))).toEqual([]);
    const sinceMs = Date.now() + 60_000;
    expect(await read(t.engine.logs(id, { follow: false, sinceMs }, t.signal))).toEqual([]);
  });

  test('stop being followed when the signal aborts', async () => {
    await using t = await openEngineTest();
    const id = await t.engine.createContainer(
      python(t, 'import time; print(1); time.sleep(60)'),
      t.signal,
    );
    await t.engine.startContainer(id, t.signal);
    const aborter = new AbortController();
    const reason = new Error('Ctrl-C');
    const following = async (): Promise<void> => {
      for await (const _ of t.engine.logs(id, { follow: true }, aborter.signal))
        aborter.abort(reason);
    };
    await expect(following()).rejects.toBe(reason);
  });

  test('take and give files, running or not', async () => {
    await using t = await openEngineTest();
    const id = await t.engine.createContainer(python(t, 'pass'), t.signal);
    const files = { 'a.txt': 'one', 'deep/b.txt': 'two' };
    await t.engine.putArchive(id, '/srv', await packFiles(files), t.signal);
    const archive = await t.engine.getArchive(id, '/srv', t.signal);
    expect(archive && (await unpackFiles(archive))).toEqual({
      'srv/a.txt': 'one',
      'srv/deep/b.txt': 'two',
    });
    expect(await t.engine.getArchive(id, '/srv/nothing', t.signal)).toBeUndefined();
    await expect(t.engine.getArchive('no-such-container', '/', t.signal)).rejects.toMatchObject({
      code: 'DJ-CONTAINER-LOST',
    });
    await expect(
      t.engine.putArchive(id, '/nowhere', await packFiles(files), t.signal),
    ).rejects.toMatchObject({ code: 'DJ-ENGINE-REQUEST' });
  });

  test('whose port is taken fail with a code of their own', async () => {
    await using t = await openEngineTest();
    const network = t.nameFor('net');
    await t.engine.createNetwork(network, t.ownership('net'), t.signal);
    const spec = { ...python(t, 'import time; time.sleep(60)'), network };
    await using first = await t.engine.runContainer({ ...spec, publish: [8000] }, t.signal);
    const taken = first.facts.publishedPorts[8000];
    // djdev never asks for a certain port, so this one is created behind its back.
    const { http } = t.engine.connection;
    const json = {
      Image: testImage,
      ExposedPorts: { '8000/tcp': {} },
      Labels: { 'dev.djdev.project': 'djdev-tests', 'dev.djdev.worktree': t.worktree },
      HostConfig: {
        NetworkMode: network,
        PortBindings: { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: String(taken) }] },
      },
    };
    const headers = { 'Content-Type': 'application/json' };
    const options = { headers, body: JSON.stringify(json), query: { name: t.nameFor('second') } };
    const reply = await http.request('POST', '/containers/create', options, t.signal);
    reply.body.resume();
    expect(reply.status).toBe(201);
    await expect(t.engine.startContainer(t.nameFor('second'), t.signal)).rejects.toMatchObject({
      code: 'DJ-PORT-TAKEN',
      exitCode: 3,
    });
  });

  test('of an image that does not exist', async () => {
    await using t = await openEngineTest();
    const spec = { ...python(t, ''), image: 'djdev-tests/no-such-image:1' };
    for (const lifeline of ['wrap', 'none'] as const) {
      await expect(t.engine.runContainer({ ...spec, lifeline }, t.signal)).rejects.toMatchObject({
        code: 'DJ-IMAGE-NOT-FOUND',
      });
    }
  });

  test('of one name: the second is told who has it', async () => {
    await using t = await openEngineTest();
    await t.engine.createContainer(python(t, ''), t.signal);
    await expect(t.engine.createContainer(python(t, ''), t.signal)).rejects.toMatchObject({
      code: 'DJ-ENGINE-REQUEST',
      hint: expect.stringContaining('The name belongs to something else'),
    });
  });
});

describeWithEngine('networks and volumes', () => {
  test('a network goes with containers still on it', async () => {
    await using t = await openEngineTest();
    const network = await t.engine.createNetwork(t.nameFor('net'), t.ownership('net'), t.signal);
    const spec = { ...python(t, 'import time; time.sleep(60)'), network: t.nameFor('net') };
    await using _container = await t.engine.runContainer(spec, t.signal);
    await t.engine.removeNetwork(network, t.signal);
    await t.engine.removeNetwork(network, t.signal);
    expect((await leftoversOf(t.engine, t.worktree)).map(({ kind }) => kind)).toEqual([
      'container',
    ]);
  });

  test('a volume keeps what containers write', async () => {
    await using t = await openEngineTest();
    const volume = await t.engine.createVolume(t.nameFor('data'), t.ownership('data'), t.signal);
    const volumes = { '/data': volume };
    const write = 'open("/data/x", "w").write("kept")';
    const writing = { ...python(t, write), name: t.nameFor('writer'), volumes };
    {
      await using writer = await t.engine.runContainer(writing, t.signal);
      expect((await writer.exited).exitCode).toBe(0);
    }
    const reading = { ...python(t, 'print(open("/data/x").read())'), volumes };
    {
      await using reader = await t.engine.runContainer(reading, t.signal);
      expect(await read(reader.output)).toEqual(['kept']);
    }
    await t.engine.removeVolume(volume, t.signal);
    await t.engine.removeVolume(volume, t.signal);
    expect(await leftoversOf(t.engine, t.worktree)).toEqual([]);
  });

  test('an abort before creation creates nothing', async () => {
    await using t = await openEngineTest();
    const reason = new Error('Ctrl-C');
    const aborted = AbortSignal.abort(reason);
    const { engine } = t;
    for (const creating of [
      engine.createNetwork(t.nameFor('net'), t.ownership('net'), aborted),
      engine.createVolume(t.nameFor('data'), t.ownership('data'), aborted),
      engine.createContainer(python(t, ''), aborted),
    ]) {
      await expect(creating).rejects.toBe(reason);
    }
    expect(await leftoversOf(t.engine, t.worktree)).toEqual([]);
  });

  test('an abort during creation takes back what was created', async () => {
    await using t = await openEngineTest();
    const reason = new Error('Ctrl-C');
    for (const delayMs of [0, 1, 2, 4, 8, 16]) {
      const aborter = new AbortController();
      const creating = t.engine.createNetwork(t.nameFor('net'), t.ownership('net'), aborter.signal);
      setTimeout(() => aborter.abort(reason), delayMs);
      const outcome: unknown = await creating.catch((error: unknown) => error);
      if (outcome === reason) expect(await leftoversOf(t.engine, t.worktree)).toEqual([]);
      else await t.engine.removeNetwork(String(outcome), t.signal);
    }
  });
});

/** Python has installed its handler once the process catches SIGTERM. */
async function untilHandling(t: EngineTest, id: string): Promise<void> {
  const program =
    'import re; print(int(re.search("SigCgt:\\\\s*(\\\\w+)", open("/proc/1/status").read())[1], 16) >> 14 & 1)';
  await expect
    .poll(
      async () =>
        (await t.engine.execToEnd(id, { command: ['python3', '-c', program] }, t.signal)).stdout,
    )
    .toBe('1\n');
}
