import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWithEngine } from '../../support/engine.ts';
import { openSyncTest, type SyncTest, until } from './open-sync-test.ts';

const read = "print(open('/app/shop/views.py').read(), end='')";

describeWithEngine('an edit', () => {
  test('is in the container at once, and is told with its paths', async () => {
    await using s = await openSyncTest({
      files: { 'shop/views.py': 'answer = 1\n', 'a.txt': 'a' },
    });
    await s.start();
    expect(Object.keys(await s.untilEqual())).toEqual(['a.txt', 'shop', 'shop/views.py']);
    await s.write('shop/views.py', 'answer = 2\n');
    await until('the edit', () => s.eventsOf('sync-applied').length > 0);
    expect(await s.python(read)).toBe('answer = 2\n');
    expect(s.events).toEqual([
      {
        type: 'sync-connected',
        container: s.container,
        way: 'agent',
        files: 3,
        sent: 3,
        deletes: 0,
        containerPaths: ['/app/shop', '/app/a.txt', '/app/shop/views.py'],
        ms: expect.any(Number),
      },
      {
        type: 'sync-applied',
        container: s.container,
        paths: ['shop/views.py'],
        deletes: [],
        containerPaths: ['/app/shop/views.py'],
        bytes: 11,
        ms: expect.any(Number),
        syntax: [],
        signalled: false,
      },
    ]);
  });

  test('is seen in a project that is reached through a symlink', async () => {
    const real = mkdtempSync(join(tmpdir(), 'djdev-real-'));
    const link = `${real}-link`;
    symlinkSync(real, link);
    writeFileSync(join(real, 'a.py'), '1');
    await using s = await openSyncTest({ root: link });
    await s.start();
    writeFileSync(join(real, 'b.py'), '2');
    expect(Object.keys(await s.untilEqual())).toEqual(['a.py', 'b.py']);
    rmSync(link);
    rmSync(real, { recursive: true });
  });

  test('as vim, JetBrains and VS Code save it leaves one file and no litter', async () => {
    await using s = await openSyncTest();
    const sync = await s.start();
    const file = join(s.root, 'shop/views.py');
    const saves: Readonly<Record<string, (content: string) => void>> = {
      vim: (content) => {
        writeFileSync(join(s.root, 'shop/4913'), '');
        unlinkSync(join(s.root, 'shop/4913'));
        writeFileSync(join(s.root, 'shop/.views.py.swp'), 'swap');
        renameSync(file, `${file}~`);
        writeFileSync(file, content);
        unlinkSync(`${file}~`);
      },
      jetBrains: (content) => {
        writeFileSync(`${file}___jb_tmp___`, content);
        renameSync(file, `${file}___jb_old___`);
        renameSync(`${file}___jb_tmp___`, file);
        unlinkSync(`${file}___jb_old___`);
      },
      visualStudioCode: (content) => writeFileSync(file, content),
    };
    for (const [name, save] of Object.entries(saves)) {
      save(`answer = '${name}'\n`);
      expect(Object.keys(await s.untilEqual())).toEqual(['shop', 'shop/views.py']);
      await sync.settle(s.t.signal);
      expect(await s.python(read)).toBe(`answer = '${name}'\n`);
    }
  });

  test('as sed saves it nothing else is sent, and a file of such a name is', async () => {
    await using s = await openSyncTest({ files: { 'shop/views.py': 'answer = 0\n' } });
    await s.start();
    for (let round = 0; round < 20; round += 1) {
      const script = `s/${round}/${round + 1}/`;
      execFileSync('sed', ['-i', script, join(s.root, 'shop/views.py')]);
    }
    writeFileSync(join(s.root, 'shop/sedBeG68a'), 'stays');
    await until('the other', () =>
      s.eventsOf('sync-applied').some(({ paths }) => paths.includes('shop/sedBeG68a')),
    );
    const sent = s.eventsOf('sync-applied').flatMap(({ paths, deletes }) => [...paths, ...deletes]);
    expect([...new Set(sent)].sort()).toEqual(['shop/sedBeG68a', 'shop/views.py']);
    expect(await s.python(read)).toBe('answer = 20\n');
  });

  test('followed by another a few milliseconds later: the last one wins, every time', async () => {
    await using s = await openSyncTest();
    const sync = await s.start();
    const file = join(s.root, 'shop/views.py');
    const wrong: string[] = [];
    for (let round = 0; round < 30; round += 1) {
      writeFileSync(file, `first = ${round}\n`);
      await new Promise((resolve) => setTimeout(resolve, round % 7));
      writeFileSync(file, `last = ${round}\n`);
      const last = `last = ${round}\n`;
      await until('the event', () =>
        s.eventsOf('sync-applied').some((event) => event.bytes === last.length),
      );
      await new Promise((resolve) => setTimeout(resolve, 5));
      await sync.settle(s.t.signal);
      s.events.length = 0;
      const found = await s.python(read);
      if (found !== last) wrong.push(found);
    }
    expect(wrong).toEqual([]);
  });

  test('of the same size in the same second runs as new code: no stale bytecode', async () => {
    await using s = await openSyncTest({ files: { 'shop/views.py': 'answer = 1\n' } });
    const sync = await s.start();
    const run =
      "import sys; sys.path.insert(0, '/app'); import shop.views as v; print(v.answer, end='')";
    const answers: string[] = [];
    for (const answer of [2, 3, 4, 5]) {
      // Python without -B, so that it writes bytecode.
      answers.push(await s.python(run));
      writeFileSync(join(s.root, 'shop/views.py'), `answer = ${answer}\n`);
      await until('the edit', () => s.eventsOf('sync-applied').length === answer - 1);
      await sync.settle(s.t.signal);
    }
    expect(answers).toEqual(['1', '2', '3', '4']);
    expect(await s.python(run)).toBe('5');
  });

  test('with an older time still makes the time in the container grow', async () => {
    await using s = await openSyncTest();
    await s.start();
    const time = "import os; print(os.stat('/app/shop/views.py').st_mtime_ns)";
    const times = [BigInt(await s.python(time))];
    for (const round of [1, 2, 3]) {
      const file = join(s.root, 'shop/views.py');
      writeFileSync(`${file}.new~`, `old = ${round}\n`);
      utimesSync(`${file}.new~`, 1_000_000, 1_000_000);
      renameSync(`${file}.new~`, file);
      // A clock that was set back in the container: its file is from tomorrow.
      if (round === 2) {
        const future =
          "import os,time; t=time.time()+86400; os.utime('/app/shop/views.py', (t, t))";
        await s.python(future);
      }
      await s.untilEqual();
      times.push(BigInt(await s.python(time)));
    }
    expect(times).toEqual(times.toSorted((left, right) => (left < right ? -1 : 1)));
    expect(new Set(times).size).toBe(4);
  });

  test('with a syntax error is told with its line, and the process is not signalled', async () => {
    await using s = await openSyncTest();
    const sync = await s.start({ signalFor: () => ({ pid: 1, number: 18 }) });
    const edits = ['def broken(:\n', 'fixed = True\n'];
    for (const [index, content] of edits.entries()) {
      await s.write('shop/views.py', content);
      await until('the edit', () => s.eventsOf('sync-applied').length === index + 1);
    }
    await sync.settle(s.t.signal);
    const told = s.eventsOf('sync-applied').map(({ syntax, signalled }) => ({ syntax, signalled }));
    expect(told).toEqual([
      {
        syntax: [{ path: 'shop/views.py', line: 1, message: 'invalid syntax' }],
        signalled: false,
      },
      { syntax: [], signalled: true },
    ]);
  });

  test.skipIf(process.getuid?.() !== 0)(
    'that may not be read is told, and read again when it may',
    async () => {
      await using s = await openSyncTest();
      await s.start();
      const file = join(s.root, 'shop/secret.py');
      chmodSync(s.root, 0o755);
      // Root may read everything, so the sync becomes somebody else for a moment.
      writeFileSync(file, 'x = 1', { mode: 0o600 });
      process.seteuid?.(65_534);
      try {
        await until('the failure', () => s.eventsOf('sync-failed').length > 0);
      } finally {
        process.seteuid?.(0);
      }
      expect(s.eventsOf('sync-failed')[0]).toMatchObject({
        paths: ['shop/secret.py'],
        message: 'shop/secret.py cannot be read: EACCES.',
        hint: 'Make it readable, or keep it out of the image with a line in .dockerignore.',
      });
      writeFileSync(file, 'x = 2');
      await s.untilEqual();
    },
  );

  test('of a file that never rests does not keep another file waiting', async () => {
    await using s = await openSyncTest();
    await s.start();
    const busy = join(s.root, 'busy.txt');
    const timer = setInterval(() => appendFileSync(busy, 'x'.repeat(100_000)), 3);
    try {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await s.write('shop/views.py', 'answer = 2\n');
      const savedMs = performance.now();
      const isThere = (): boolean =>
        s.eventsOf('sync-applied').some(({ paths }) => paths.includes('shop/views.py'));
      await until('the edit', isThere);
      expect(performance.now() - savedMs).toBeLessThan(500);
    } finally {
      clearInterval(timer);
    }
    await s.untilEqual();
  });
});

describeWithEngine('a tree', () => {
  test('of a moved-in directory arrives without its ignored files', async () => {
    await using s = await openSyncTest();
    await s.start();
    const outside = mkdtempSync(join(tmpdir(), 'djdev-moved-'));
    for (const name of ['a.py', 'key.secret', 'node_modules/lib/index.js', 'deep/er/b.py']) {
      mkdirSync(join(outside, 'moved', name, '..'), { recursive: true });
      writeFileSync(join(outside, 'moved', name), name);
    }
    renameSync(join(outside, 'moved'), join(s.root, 'moved'));
    const tree = await s.untilEqual();
    expect(Object.keys(tree)).toEqual([
      'moved',
      'moved/a.py',
      'moved/deep',
      'moved/deep/er',
      'moved/deep/er/b.py',
      'shop',
      'shop/views.py',
    ]);
    renameSync(join(s.root, 'moved'), join(outside, 'moved'));
    expect(Object.keys(await s.untilEqual())).toEqual(['shop', 'shop/views.py']);
    rmSync(outside, { recursive: true });
  });

  test('keeps its symlinks, and changes between file, directory and link', async () => {
    await using s = await openSyncTest();
    await s.start();
    const thing = join(s.root, 'thing');
    writeFileSync(thing, 'file');
    symlinkSync('shop/views.py', join(s.root, 'link'));
    symlinkSync('/nowhere', join(s.root, 'broken'));
    expect(await s.untilEqual()).toMatchObject({
      link: 'link shop/views.py',
      broken: 'link /nowhere',
    });
    unlinkSync(thing);
    mkdirSync(join(thing, 'below'), { recursive: true });
    writeFileSync(join(thing, 'below/x.py'), 'x');
    expect(await s.untilEqual()).toMatchObject({ thing: 'dir', 'thing/below': 'dir' });
    rmSync(thing, { recursive: true });
    symlinkSync('shop', thing);
    expect(await s.untilEqual()).toMatchObject({ thing: 'link shop' });
    unlinkSync(thing);
    writeFileSync(thing, 'file again');
    expect((await s.untilEqual())['thing']).toMatch(/^file /);
  });

  test('keeps what only the container has when a directory goes', async () => {
    await using s = await openSyncTest({ files: { 'shop/views.py': '', 'shop/x/models.py': '' } });
    await s.start();
    await s.python("open('/app/shop/x/cache.secret', 'w').write('mine')");
    rmSync(join(s.root, 'shop'), { recursive: true });
    const kept = ['shop', 'shop/x', 'shop/x/cache.secret'];
    await until('the delete', async () => {
      return (
        Object.keys(await s.containerTree())
          .sort()
          .join() === kept.join()
      );
    });
  });

  test('takes a case-only rename and names that are hard to write', async () => {
    await using s = await openSyncTest({ files: { 'Readme.md': 'x', 'ä ö/"q".py': '' } });
    await s.start();
    renameSync(join(s.root, 'Readme.md'), join(s.root, 'README.md'));
    await s.write('-rf/$(x) {a}.py', '');
    expect(Object.keys(await s.untilEqual())).toEqual([
      '-rf',
      '-rf/$(x) {a}.py',
      'README.md',
      'ä ö',
      'ä ö/"q".py',
    ]);
  });

  test('of 3,000 changed and 500 deleted files follows git, while running and while stopped', async () => {
    await using s = await openSyncTest({ files: { 'keep.py': '' }, isLarge: true });
    makeBranches(s);
    const sync = await s.start();
    await s.untilEqual();
    git(s, ['checkout', '-q', 'other']);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await sync.settle(s.t.signal);
    expect(Object.keys(await s.untilEqual()).length).toBe(3000 + 30 + 1);
    const applied = s.eventsOf('sync-applied');
    const count = (list: readonly (readonly string[])[]): number => new Set(list.flat()).size;
    expect(count(applied.map((event) => event.paths))).toBe(3000);
    expect(count(applied.map((event) => event.deletes))).toBe(500 + 5);
    git(s, ['checkout', '-q', 'main']);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await sync.settle(s.t.signal);
    await s.untilEqual();

    await sync[Symbol.asyncDispose]();
    git(s, ['checkout', '-q', 'other']);
    await s.python("open('/app/made-here.txt', 'w').write('stays')");
    await s.start();
    const { 'made-here.txt': own, ...rest } = await s.containerTree();
    expect(own).toMatch(/^file /);
    expect(Object.keys(rest).length).toBe(3000 + 30 + 1);
    expect(s.eventsOf('sync-connected').at(-1)).toMatchObject({ sent: 3000, deletes: 505 });
  });

  test('of many ignored files is neither read nor watched', async () => {
    // 100,000 files behave the same and take half a minute to make: DJDEV_TEST_FILES=100000.
    const count = Number(process.env['DJDEV_TEST_FILES'] ?? 10_000);
    const before = countWatches();
    await using s = await openSyncTest({ files: { 'keep.py': '' }, isLarge: true, start: false });
    makeMany(join(s.root, 'node_modules'), count);
    makeMany(join(s.root, 'front/node_modules'), 500);
    await s.startContainer();
    await s.start();
    await until('the watches', () => countWatches() - before === 2);
    expect(s.eventsOf('sync-connected')).toMatchObject([{ files: 2, sent: 2 }]);
    await s.write('front/a.js', '1');
    expect(Object.keys(await s.untilEqual())).toEqual(['front', 'front/a.js', 'keep.py']);
  });

  test('is complete after more events than the kernel keeps', async () => {
    await using s = await openSyncTest({ files: { 'keep.py': '' }, isLarge: true });
    await s.start();
    mkdirSync(join(s.root, 'many'));
    await until('the directory', async () => 'many' in (await s.containerTree()));
    // Without a pause, so that nobody reads the queue of 16,384 events meanwhile.
    for (let index = 0; index < 6000; index += 1) {
      const file = join(s.root, 'many', `${index}.txt`);
      writeFileSync(file, 'x');
      chmodSync(file, 0o644);
      if (index % 2 === 0) unlinkSync(file);
    }
    await until('everything', async () => Object.keys(await s.containerTree()).length === 3002);
    await s.untilEqual();
  });
});

function makeMany(directory: string, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const place = join(directory, String(Math.floor(index / 100)));
    if (index % 100 === 0) mkdirSync(place, { recursive: true });
    writeFileSync(join(place, `${index}.js`), '');
  }
}

/** The directories that this process watches, of all of its inotify queues. */
function countWatches(): number {
  const infos = readdirSync('/proc/self/fdinfo').map((name) => {
    try {
      return readFileSync(`/proc/self/fdinfo/${name}`, 'utf8');
    } catch {
      // It was the one with which the list was read.
      return '';
    }
  });
  return infos
    .join('')
    .split('\n')
    .filter((line) => line.startsWith('inotify wd')).length;
}

function git(s: SyncTest, args: readonly string[], input = ''): void {
  execFileSync('git', ['-c', 'gc.auto=0', ...args], { cwd: s.root, input, stdio: 'pipe' });
}

/**
 * Two branches: `other` has 3,000 of the 3,500 files, each with another content. As a pack and not
 * with `git add`, which takes a file of its own for each of them.
 */
function makeBranches(s: SyncTest): void {
  const write = (count: number, text: string): string =>
    Array.from({ length: count }, (_, index) => {
      const content = `${text} = ${index}\n`;
      const path = `app${Math.floor(index / 100)}/m${index}.py`;
      return `M 100644 inline ${path}\ndata ${content.length}\n${content}\n`;
    }).join('');
  const commit = (branch: string): string =>
    `commit refs/heads/${branch}\ncommitter x <x@example.com> 1700000000 +0000\ndata 0\n`;
  git(s, ['init', '-q', '-b', 'main']);
  git(
    s,
    ['fast-import', '--quiet'],
    `${commit('main')}${write(3500, 'main')}\n${commit('other')}${write(3000, 'other')}\n`,
  );
  git(s, ['checkout', '-q', 'main']);
  expect(readFileSync(join(s.root, 'app0/m1.py'), 'utf8')).toBe('main = 1\n');
}
