import { chownSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWithEngine } from '../../support/engine.ts';
import { openSyncTest, until } from './open-sync-test.ts';

describeWithEngine('what is made in the container', () => {
  test('comes to the host at once, owned by the owner of the directory', async () => {
    await using s = await openSyncTest();
    const sync = await s.start();
    if (process.getuid?.() === 0) chownSync(join(s.root, 'shop'), 1234, 1234);
    const program = `
import os, time
os.makedirs('/app/shop/migrations')
for name in ('__init__', '0001_initial'):
    with open('/app/shop/migrations/%s.py' % name, 'w') as file:
        file.write('# ' + name)
os.chmod('/app/shop/migrations/__init__.py', 0o755)
print(time.time() * 1000)
`;
    const file = join(s.root, 'shop/migrations/0001_initial.py');
    let seenMs = 0;
    const seen = until('the migration', () => existsSync(file)).then(() => (seenMs = Date.now()));
    const madeMs = Number(await s.python(program));
    await seen;
    expect(seenMs - madeMs).toBeLessThan(250);
    expect(readFileSync(file, 'utf8')).toBe('# 0001_initial');
    await s.untilEqual();
    if (process.getuid?.() === 0) expect(statSync(file).uid).toBe(1234);
    await sync.settle(s.t.signal);
    // What came back is not sent again.
    expect(s.eventsOf('sync-applied')).toEqual([]);
    const paths = new Set(s.eventsOf('sync-returned').flatMap((event) => event.paths));
    expect([...paths].sort()).toEqual([
      'shop/migrations',
      'shop/migrations/0001_initial.py',
      'shop/migrations/__init__.py',
    ]);
  });

  test('as an edit, a delete or a rename happens on the host as well', async () => {
    await using s = await openSyncTest({ files: { 'a.py': '1', 'b.py': '2', 'd/c.py': '3' } });
    await s.start();
    const program = `
import os, shutil
open('/app/a.py', 'w').write('edited')
os.rename('/app/b.py', '/app/renamed.py')
shutil.rmtree('/app/d')
os.symlink('a.py', '/app/link')
`;
    await s.python(program);
    await until('the delete', () => !existsSync(join(s.root, 'd')));
    await until('the link', () => existsSync(join(s.root, 'link')));
    expect(Object.keys(await s.untilEqual())).toEqual(['a.py', 'link', 'renamed.py']);
    expect(readFileSync(join(s.root, 'a.py'), 'utf8')).toBe('edited');
  });

  test('stays there when it is ignored, a product of running, or excluded', async () => {
    await using s = await openSyncTest({ files: { 'static/keep.css': '' } });
    const sync = await s.start({ exclude: ['/app/static'] });
    const program = `
import os
os.makedirs('/app/__pycache__'); os.makedirs('/app/node_modules/x')
for name in ('token.secret', 'debug.log', 'db.sqlite3', 'x.pyc', '__pycache__/a.pyc', 'node_modules/x/y.js', 'static/app.css', 'last.txt'):
    open('/app/' + name, 'w').write('x')
`;
    await s.python(program);
    await until('the last file', () => existsSync(join(s.root, 'last.txt')));
    await sync.settle(s.t.signal);
    expect(s.eventsOf('sync-returned').flatMap((event) => event.paths)).toEqual(['last.txt']);
    expect(existsSync(join(s.root, 'node_modules'))).toBe(false);
  });

  test('and changed on the host at once is a conflict: nothing is overwritten', async () => {
    await using s = await openSyncTest({ files: { 'models.py': 'common' } });
    const sync = await s.start();
    const later = "import time; time.sleep(0.4); open('/app/models.py', 'w').write('container')";
    const written = s.python(later);
    await new Promise((resolve) => setTimeout(resolve, 150));
    writeFileSync(join(s.root, 'models.py'), 'host');
    // Nobody looks at either side until both have changed.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 800);
    await written;
    await until('the conflict', () => s.eventsOf('sync-conflicted').length > 0);
    await sync.settle(s.t.signal);
    const inside = "print(open('/app/models.py').read(), end='')";
    expect(readFileSync(join(s.root, 'models.py'), 'utf8')).toBe('host');
    expect(await s.python(inside)).toBe('container');
    expect(new Set(s.eventsOf('sync-conflicted').map((event) => event.message))).toEqual(
      new Set([
        'models.py was changed here and in the container at once. Neither was overwritten; save it here to send your version.',
      ]),
    );
    writeFileSync(join(s.root, 'models.py'), 'decided');
    await s.untilEqual();
    expect(await s.python(inside)).toBe('decided');
  });

  test('and is too large for source is named once, and stays there', async () => {
    await using s = await openSyncTest();
    const sync = await s.start();
    const program = `
for round in (1, 2):
    with open('/app/dump.bin', 'wb') as file:
        file.truncate((64 << 20) + round)
open('/app/last.txt', 'w').write('x')
`;
    await s.python(program);
    await until('the last file', () => existsSync(join(s.root, 'last.txt')));
    await sync.flush(s.t.signal);
    expect(existsSync(join(s.root, 'dump.bin'))).toBe(false);
    expect(s.eventsOf('sync-failed')).toEqual([
      {
        type: 'sync-failed',
        container: s.container,
        paths: ['dump.bin'],
        message:
          'dump.bin has 64 MB and stays in the container: files of more than 64 MB are not brought back.',
        hint: 'Copy it with `docker cp`, or name it under sync.ignore in djdev.yaml.',
      },
    ]);
  });

  test('is not followed when most of the tree is deleted at once', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `f${index}.py`);
    await using s = await openSyncTest({
      files: Object.fromEntries(names.map((name) => [name, name])),
    });
    await s.start();
    await s.python("import os; [os.unlink('/app/' + n) for n in os.listdir('/app')]");
    await until('the news', () => s.eventsOf('sync-failed').length > 0);
    expect(s.eventsOf('sync-failed')).toMatchObject([
      {
        message:
          '60 paths, most of the tree, were deleted in the container at once. They stay here.',
        hint: 'Delete them here if that is what you want; else the next start puts them back.',
      },
    ]);
    expect(names.every((name) => existsSync(join(s.root, name)))).toBe(true);
  });

  test('comes although the kernel has dropped the news of it', async () => {
    await using s = await openSyncTest({ files: { 'a.py': '1', 'gone.py': '1' } });
    const sync = await s.start();
    await s.python("open('/app/image-only.txt', 'w').write('x')");
    await until('the first file', () => existsSync(join(s.root, 'image-only.txt')));
    // The agent sleeps while more happens than the queue of 16,384 events holds.
    const program = `
import os, signal
agents = [int(p) for p in os.listdir('/proc') if p.isdigit() and int(p) != os.getpid()
          and b'The file system as the agent writes it' in open('/proc/%s/cmdline' % p, 'rb').read()]
for pid in agents:
    os.kill(pid, signal.SIGSTOP)
for index in range(6000):
    name = '/app/%d.tmp' % (index % 2)
    open(name, 'w').close()
    os.unlink(name)
open('/app/a.py', 'w').write('edited')
open('/app/made.py', 'w').write('made')
os.unlink('/app/gone.py')
for pid in agents:
    os.kill(pid, signal.SIGCONT)
`;
    await s.python(program);
    await until('the made file', () => existsSync(join(s.root, 'made.py')));
    await until('the delete', () => !existsSync(join(s.root, 'gone.py')));
    await sync.flush(s.t.signal);
    expect(readFileSync(join(s.root, 'a.py'), 'utf8')).toBe('edited');
    await s.untilEqual();
  });

  test('and is here when asked for: a command that has ended has nothing under way', async () => {
    await using s = await openSyncTest();
    const sync = await s.start();
    for (let round = 0; round < 5; round += 1) {
      await s.python(`[open('/app/%d-${round}.py' % n, 'w').write('x' * 5000) for n in range(30)]`);
      await sync.flush(s.t.signal);
      const missing = Array.from({ length: 30 }, (_, n) => `${n}-${round}.py`).filter(
        (name) => !existsSync(join(s.root, name)),
      );
      expect(missing).toEqual([]);
    }
  });
});

describeWithEngine('what the manifest says', () => {
  test('holds both ways: other places, and paths that stay where they are', async () => {
    await using s = await openSyncTest({
      files: { 'a.py': '1', 'tests/test_a.py': '1', 'docs/a.md': '1' },
      dockerignore: 'tests\n',
      sync: {
        ignore: ['docs'],
        map: [
          {
            path: 'tests',
            action: 'sync',
            target: '/srv/tests',
            origin: { kind: 'manifest', text: 'djdev.yaml:3' },
          },
        ],
      },
    });
    const sync = await s.start({ exclude: ['/app/media'] });
    await s.write('tests/unit/test_b.py', '2');
    await s.write('docs/b.md', '2');
    const program = `
import os
os.makedirs('/app/media'); os.makedirs('/app/docs', exist_ok=True)
for name in ('/app/media/upload.jpg', '/app/docs/made.md', '/srv/tests/made.py', '/app/last.py'):
    open(name, 'w').write('made')
`;
    const list =
      "import os; print(*sorted(os.listdir('/srv/tests')), os.listdir('/app/docs'), end='')";
    await until('the edit', () => s.eventsOf('sync-applied').length > 0);
    await s.python(program);
    await sync.flush(s.t.signal);
    await sync.settle(s.t.signal);
    expect(await s.python(list)).toBe("made.py test_a.py unit ['made.md']");
    expect(
      s
        .eventsOf('sync-returned')
        .flatMap((event) => event.paths)
        .sort(),
    ).toEqual(['last.py', 'tests/made.py']);
  });
});
