import { expect, test } from 'vitest';
import { describeWithEngine, openEngineTest, testImage } from '../../support/engine.ts';
import { packFiles } from '../../support/tar.ts';

async function readAll(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describeWithEngine('a one-off container', () => {
  test('has its caller’s streams and exit code, and is gone afterwards', async () => {
    await using t = await openEngineTest();
    const spec = {
      name: t.nameFor('run'),
      image: testImage,
      ownership: t.ownership('run'),
      command: ['sh', '-c', 'cat; cat /seed >&2; exit 7'],
      lifeline: 'none' as const,
      tty: false,
    };
    await using session = await t.engine.openContainer(spec, t.signal, async (id) => {
      await t.engine.putArchive(id, '/', await packFiles({ seed: 'seeded' }), t.signal);
    });
    session.stdin.end('typed');
    const [exitCode, stdout, stderr] = await Promise.all([
      session.exited,
      readAll(session.stdout),
      readAll(session.stderr),
    ]);
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 7,
      stdout: 'typed',
      stderr: 'seeded',
    });
    await session[Symbol.asyncDispose]();
    expect(await t.engine.inspectContainer(spec.name, t.signal)).toBeUndefined();
  });

  test('a terminal has the size it is given', async () => {
    await using t = await openEngineTest();
    await using session = await t.engine.openContainer(
      {
        name: t.nameFor('run'),
        image: testImage,
        ownership: t.ownership('run'),
        command: ['sh', '-c', 'read line; stty size'],
        lifeline: 'none',
        tty: true,
      },
      t.signal,
    );
    await session.resize(91, 33);
    session.stdin.write('go\n');
    const [exitCode, stdout] = await Promise.all([session.exited, readAll(session.stdout)]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'go\r\n33 91\r\n' });
  });

  test('a command that does not exist leaves nothing behind', async () => {
    await using t = await openEngineTest();
    const opening = t.engine.openContainer(
      {
        name: t.nameFor('run'),
        image: testImage,
        ownership: t.ownership('run'),
        command: ['no-such-program'],
        lifeline: 'none',
        tty: false,
      },
      t.signal,
    );
    await expect(opening).rejects.toMatchObject({ code: 'DJ-COMMAND-NOT-FOUND' });
    expect(await t.engine.inspectContainer(t.nameFor('run'), t.signal)).toBeUndefined();
  });
});

describeWithEngine('containers in a list', () => {
  test('have labels, ports and state; waiting for one answers how it ended', async () => {
    await using t = await openEngineTest();
    const spec = {
      name: t.nameFor('web'),
      image: testImage,
      ownership: { ...t.ownership('web'), persistent: true },
      command: ['sh', '-c', 'read line; exit 3'],
      publish: [8000],
      hostPorts: { 8000: 29_871 },
      labels: { 'dev.djdev.note': 'kept' },
      lifeline: 'none' as const,
    };
    await t.engine.createNetwork(t.nameFor('net'), t.ownership('net'), t.signal);
    const network = t.nameFor('net');
    const sleeper = { ...spec, network, command: ['sleep', '60'] };
    const id = await t.engine.createContainer(sleeper, t.signal);
    await t.engine.startContainer(id, t.signal);
    const [listed] = await t.engine.listContainers({ worktree: t.worktree }, t.signal);
    expect(listed).toMatchObject({
      id,
      name: spec.name,
      running: true,
      publishedPorts: { 8000: 29_871 },
      ownership: { role: 'web', worktree: t.worktree },
      labels: { 'dev.djdev.note': 'kept' },
    });
    const waiting = t.engine.waitContainer(id, t.signal);
    await t.engine.killContainer(id, 'SIGKILL', t.signal);
    expect(await waiting).toMatchObject({ exitCode: 137, outOfMemory: false });
    expect(await t.engine.waitContainer(id, t.signal)).toMatchObject({ exitCode: 137 });
    const [after] = await t.engine.listContainers({ worktree: t.worktree }, t.signal);
    expect(after).toMatchObject({ running: false, publishedPorts: {} });
  });

  test('log lines have times, and can be read from one of them on', async () => {
    await using t = await openEngineTest();
    const id = await t.engine.createContainer(
      {
        name: t.nameFor('log'),
        image: testImage,
        ownership: t.ownership('log'),
        command: ['sh', '-c', 'for n in 1 2 3; do echo "line $n"; sleep 0.05; done'],
        lifeline: 'none',
      },
      t.signal,
    );
    await t.engine.startContainer(id, t.signal);
    await t.engine.waitContainer(id, t.signal);
    const read = async (since?: string) => {
      const options = { follow: false, timestamps: true, ...(since && { since }) };
      const lines = [];
      for await (const line of t.engine.logs(id, options, t.signal)) lines.push(line);
      return lines;
    };
    const all = await read();
    expect(all.map(({ text }) => text)).toEqual(['line 1', 'line 2', 'line 3']);
    const again = await read(all[1]?.time);
    expect(again).toEqual(all.slice(1));
  });

  test('a line that the engine keeps in pieces of 16 KB arrives whole', async () => {
    await using t = await openEngineTest();
    const program = `import os
for fd, letter in ((1, "x"), (2, "ü")):
    os.write(fd, (letter * 40000 + " end\\n").encode())
    os.write(fd, b"short\\n")`;
    const id = await t.engine.createContainer(
      {
        name: t.nameFor('long'),
        image: testImage,
        ownership: t.ownership('long'),
        command: ['python3', '-c', program],
        lifeline: 'none',
      },
      t.signal,
    );
    await t.engine.startContainer(id, t.signal);
    await t.engine.waitContainer(id, t.signal);
    for (const timestamps of [true, false]) {
      const lines: Record<string, string[]> = { stdout: [], stderr: [] };
      for await (const { stream, text } of t.engine.logs(
        id,
        { follow: false, timestamps },
        t.signal,
      ))
        lines[stream]?.push(text);
      expect(lines).toEqual({
        stdout: [`${'x'.repeat(40_000)} end`, 'short'],
        stderr: [`${'ü'.repeat(40_000)} end`, 'short'],
      });
    }
  });
});
