import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { askEngine } from '../../../src/engine/engine-call.ts';
import { describeWithEngine, testImage } from '../../support/engine.ts';
import { openSyncTest, type SyncTest, until } from './open-sync-test.ts';

const facts = (path: string): string =>
  `import os; s = os.stat('${path}'); print(s.st_uid, s.st_gid, oct(s.st_mode & 0o777), end='')`;

describeWithEngine('a container', () => {
  test('of a user without rights keeps owner and mode of what is replaced', async () => {
    await using s = await openSyncTest({
      files: { 'shop/views.py': '1', 'own/a.py': '1', 'run.sh': '1' },
      spec: { user: '1000:1000' },
    });
    await s.start();
    await s.python(`
import os
os.chmod('/app/shop/views.py', 0o440); os.chown('/app/shop/views.py', 0, 1000)
os.chown('/app/own', 1000, 1000)
`);
    await s.write('shop/views.py', '2');
    await s.write('own/new/b.py', '2');
    writeFileSync(join(s.root, 'run.sh'), '#!/bin/sh', { mode: 0o755 });
    await s.untilEqual();
    expect(await s.python(facts('/app/shop/views.py'))).toBe('0 1000 0o440');
    expect(await s.python(facts('/app/own/new'))).toMatch(/^1000 1000 /);
    expect(await s.python(facts('/app/own/new/b.py'))).toMatch(/^1000 1000 /);
  });

  test('keeps the right to execute that a RUN gave', async () => {
    await using s = await openSyncTest({
      files: { 'entrypoint.sh': '#!/bin/sh\n', 'old.sh': 'old\n', 'mine.sh': 'mine\n' },
    });
    chmodSync(join(s.root, 'mine.sh'), 0o755);
    await s.python(`
import os
for name, text in (('entrypoint', '#!/bin/sh'), ('old', 'older'), ('mine', 'mine')):
    open('/app/%s.sh' % name, 'w').write(text + '\\n')
    os.chmod('/app/%s.sh' % name, 0o755)
`);
    const sync = await s.start();
    expect(s.eventsOf('sync-connected')).toMatchObject([{ sent: 1 }]);
    const modes = async (): Promise<string> =>
      await s.python(
        "import os; print(*(oct(os.stat('/app/%s.sh' % n).st_mode & 0o777) for n in ('entrypoint', 'old', 'mine')), end='')",
      );
    expect(await modes()).toBe('0o755 0o755 0o755');
    await s.write('entrypoint.sh', '#!/bin/sh\nexec "$@"\n');
    await until('the edit', () => s.eventsOf('sync-applied').length > 0);
    expect(await modes()).toBe('0o755 0o755 0o755');
    // A right that the host gave goes when the host takes it.
    chmodSync(join(s.root, 'mine.sh'), 0o644);
    await s.write('mine.sh', 'mine no more\n');
    await until('the second edit', () => s.eventsOf('sync-applied').length > 1);
    await sync.settle(s.t.signal);
    expect(await modes()).toBe('0o755 0o755 0o644');
    expect(s.eventsOf('sync-returned')).toEqual([]);
    expect(s.eventsOf('sync-conflicted')).toEqual([]);
  });

  test('gives new files to the user of --chown, with the mode of --chmod', async () => {
    await using s = await openSyncTest({
      dockerfile: `FROM ${testImage}\nWORKDIR /app\nCOPY --chown=nobody:1234 --chmod=640 . .\n`,
      files: { 'a.py': '1' },
    });
    await s.start();
    expect(await s.python(facts('/app/a.py'))).toBe('65534 1234 0o640');
  });

  test('without a shell, tar and rm is kept in sync all the same', async () => {
    await using s = await openSyncTest({ files: { 'a.py': '1', 'b.py': '1' } });
    const remove = `
import os
for name in ('sh', 'bash', 'dash', 'tar', 'rm', 'rmdir'):
    for directory in ('/bin/', '/usr/bin/'):
        if os.path.lexists(directory + name):
            os.unlink(directory + name)
`;
    await s.python(remove);
    await s.start();
    rmSync(join(s.root, 'a.py'));
    await s.write('c/d.py', '1');
    expect(Object.keys(await s.untilEqual())).toEqual(['b.py', 'c', 'c/d.py']);
  });

  test('without Python gets its files through the archive API', async () => {
    await using s = await openSyncTest({
      files: { 'a.py': '1', 'gone.py': '1', 'd/e.py': '' },
      spec: { command: ['sleep', '600'] },
    });
    const hide = 'for f in $(ls /usr/local/bin/python* /usr/bin/python*); do mv $f $f.hidden; done';
    const cat = async (path: string): Promise<string> => {
      const request = { command: ['cat', path] };
      const { stdout, exitCode } = await s.t.engine.execToEnd(s.container, request, s.t.signal);
      return exitCode === 0 ? stdout : 'missing';
    };
    await s.t.engine.execToEnd(s.container, { command: ['sh', '-c', hide] }, s.t.signal);
    const sync = await s.start();
    expect(s.eventsOf('sync-connected')).toMatchObject([{ way: 'archive', sent: 4 }]);
    await s.write('a.py', 'edited');
    rmSync(join(s.root, 'gone.py'));
    rmSync(join(s.root, 'd'), { recursive: true });
    writeFileSync(join(s.root, 'd'), 'a file now');
    await until('the edit', async () => (await cat('/app/a.py')) === 'edited');
    await until('the delete', async () => (await cat('/app/gone.py')) === 'missing');
    await until('the change of type', async () => (await cat('/app/d')) === 'a file now');
    await sync.settle(s.t.signal);
    expect(s.eventsOf('sync-failed')).toEqual([]);
  });

  test('with a read-only file system says so, and takes edits in a volume', async () => {
    await using s = await openSyncTest({ start: false, files: { 'a.py': '1', 'data/b.py': '1' } });
    await createReadOnly(s);
    await s.start();
    expect(s.eventsOf('sync-failed')).toEqual([
      {
        type: 'sync-failed',
        container: s.container,
        paths: ['a.py'],
        message:
          '/app/a.py cannot be written in the container: the file system is read-only there.',
        hint: 'Run the container without a read-only root file system, or put a named volume at the directory.',
      },
    ]);
    await s.write('data/b.py', 'edited');
    const inside = "print(open('/app/data/b.py').read(), end='')";
    await until('the edit', async () => (await s.python(inside)) === 'edited');
  });

  test('with a tmpfs over a synced directory gets its files there', async () => {
    await using s = await openSyncTest({
      files: { 'media/a.txt': '1' },
      spec: { tmpfs: { '/app/media': '' } },
    });
    await s.start();
    await s.write('media/b.txt', '2');
    expect(Object.keys(await s.untilEqual())).toEqual(['media', 'media/a.txt', 'media/b.txt']);
  });

  test('gets the difference after a restart, a kill and when it is made anew', async () => {
    await using s = await openSyncTest({ files: { 'a.py': '1', 'b.py': '1' } });
    const { engine, signal } = s.t;
    const sync = await s.start();
    const ends: Readonly<Record<string, () => Promise<void>>> = {
      restarted: () => engine.stopContainer(s.container, 0, signal),
      killed: () => engine.killContainer(s.container, 'SIGKILL', signal),
      anew: () => engine.removeContainer(s.container, signal),
    };
    for (const [name, end] of Object.entries(ends)) {
      await end();
      await s.write('a.py', name);
      await s.write(`${name}.py`, name);
      rmSync(join(s.root, 'b.py'), { force: true });
      const connected = s.eventsOf('sync-connected').length;
      await s.startContainer();
      await until('the connection', () => s.eventsOf('sync-connected').length > connected);
      await sync.settle(signal);
      expect(await s.containerTree()).toEqual(await s.untilEqual());
    }
    expect(s.eventsOf('sync-connected').map((event) => [event.sent, event.deletes])).toEqual([
      [2, 0],
      [2, 1],
      [2, 0],
      [4, 0],
    ]);
  });

  test('whose agent is killed gets another one', async () => {
    await using s = await openSyncTest();
    await s.start();
    const kill = `
import os
for name in os.listdir('/proc'):
    if name.isdigit() and int(name) != os.getpid():
        command = open('/proc/%s/cmdline' % name).read()
        if 'The file system as the agent writes it' in command:
            os.kill(int(name), 9)
`;
    await s.python(kill);
    await s.write('shop/views.py', 'after');
    await until('the second connection', () => s.eventsOf('sync-connected').length === 2);
    await s.untilEqual();
    expect(s.eventsOf('sync-interrupted')).toHaveLength(1);
  });

  test('beside another one shares the watcher, and gets what the other one made', async () => {
    await using s = await openSyncTest();
    await s.start();
    const worker = s.t.nameFor('worker');
    const id = await s.t.engine.createContainer(
      {
        name: worker,
        image: testImage,
        ownership: s.t.ownership('worker'),
        command: ['sleep', '600'],
        init: true,
        lifeline: 'none',
      },
      s.t.signal,
    );
    await s.t.engine.startContainer(id, s.t.signal);
    await s.start({ container: worker });
    await s.python("open('/app/shop/made.py', 'w').write('made')", worker);
    const inside = "import os; print(os.path.exists('/app/shop/made.py'), end='')";
    await until('the file of the other', async () => (await s.python(inside)) === 'True');
  });
});

/** The engine has no verb for it, as djdev makes no such container itself. */
async function createReadOnly(s: SyncTest): Promise<void> {
  const { engine, signal } = s.t;
  const volume = s.t.nameFor('data');
  await engine.createVolume(volume, s.t.ownership('data'), signal);
  const id = await engine.createContainer(
    {
      name: `${s.container}-labels`,
      image: testImage,
      ownership: s.t.ownership('app'),
      lifeline: 'none',
    },
    signal,
  );
  const labels = (await engine.inspectContainer(id, signal))?.labels ?? {};
  const call = {
    method: 'POST',
    path: '/containers/create',
    query: { name: s.container },
    json: {
      Image: testImage,
      Cmd: ['sleep', '600'],
      Labels: labels,
      HostConfig: {
        NetworkMode: 'none',
        Init: true,
        ReadonlyRootfs: true,
        Mounts: [{ Type: 'volume', Source: volume, Target: '/app/data' }],
      },
    },
    doing: 'create a read-only container',
  } as const;
  await askEngine(engine.connection.http, call, signal);
  await engine.startContainer(s.container, signal);
}
