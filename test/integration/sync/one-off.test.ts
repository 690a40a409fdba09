import {
  chownSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/context/clock.ts';
import { rememberBuiltPaths } from '../../../src/engine/build/inputs/built-paths.ts';
import { HostTree } from '../../../src/sync/host-tree.ts';
import type { ContainerSpec } from '../../../src/engine/engine.ts';
import { holdOneOff } from '../../../src/stack/hold-one-off.ts';
import { findGone, OneOffSync } from '../../../src/sync/one-off-sync.ts';
import { describeWithEngine, testImage } from '../../support/engine.ts';
import { openSyncTest, type SyncTest, until } from './open-sync-test.ts';

interface OneOffRun {
  /** `held`: executed in a container that waits. `first`: the first process of its container. */
  readonly way?: 'held' | 'first';
  readonly meanwhile?: () => Promise<void>;
}

/** Runs Python in a container of its own as `djdev run` does, to its end. */
async function runOneOff(
  s: SyncTest,
  program: string,
  { way = 'held', meanwhile = async () => {} }: OneOffRun = {},
): Promise<number> {
  const { engine, signal } = s.t;
  let sync: OneOffSync | undefined;
  const isHeld = way === 'held';
  const spec: ContainerSpec = {
    name: s.t.nameFor(`run${Math.random()}`),
    image: s.imageId,
    ownership: s.t.ownership('run'),
    workingDirectory: '/app',
    command: ['python3', '-c', program],
    lifeline: 'none',
  };
  const held = holdOneOff(spec, { entrypoint: [] });
  await using container = await engine.openContainer(
    { ...((isHeld && held?.spec) || spec), tty: false, staysAfterEnd: true },
    signal,
    async (container) => {
      sync = await OneOffSync.seed(
        {
          engine,
          container,
          imageId: s.imageId,
          tree: new HostTree(s.map),
          clock: systemClock,
          memory: s.memory,
          emit: (event) => s.events.push(event),
          exclude: ['/app/media'],
          conflictDirectory: join(s.memory.directory, 'conflicts'),
        },
        signal,
      );
    },
  );
  container.stdout.resume();
  container.stderr.resume();
  await sync?.follow({ isHeld });
  const { command = [], workingDirectory = '' } = spec;
  const session = isHeld
    ? await engine.exec(container.id, { command, workingDirectory }, signal)
    : container;
  session.stdout.resume();
  session.stderr.resume();
  session.stdin.end();
  const [exitCode] = await Promise.all([session.exited, meanwhile()]);
  await sync?.finish(signal);
  return exitCode;
}

const returned = (s: SyncTest): readonly string[] =>
  [...new Set(s.eventsOf('sync-returned').flatMap((event) => event.paths))].sort();

describeWithEngine('a container of its own for a command', () => {
  const ways = [{ way: 'held' }, { way: 'first' }] as const;

  test.each(ways)('$way: has the edits; what it makes is here when it ends', async ({ way }) => {
    await using s = await openSyncTest({
      files: { 'a.py': 'edited', 'new/b.py': 'new', 'old.py': '1' },
      image: { files: { 'a.py': 'built', 'old.py': '1', 'made-by-a-run.css': 'x' } },
      start: false,
    });
    if (process.getuid?.() === 0) chownSync(join(s.root, 'new'), 1234, 1234);
    // Over before any agent could be there.
    const exitCode = await runOneOff(
      s,
      `
import os, sys
assert open('a.py').read() == 'edited' and open('new/b.py').read() == 'new'
os.makedirs('new/migrations')
open('new/migrations/0001.py', 'w').write('# made')
os.makedirs('media'); open('media/upload.jpg', 'w').write('x')
open('app.log', 'w').write('x')
open('a.py', 'w').write('formatted')
os.unlink('old.py')
sys.exit(3)
`,
      { way },
    );
    expect(exitCode).toBe(3);
    expect(readFileSync(join(s.root, 'new/migrations/0001.py'), 'utf8')).toBe('# made');
    expect(readFileSync(join(s.root, 'a.py'), 'utf8')).toBe('formatted');
    expect(existsSync(join(s.root, 'old.py'))).toBe(false);
    expect(returned(s)).toEqual(['a.py', 'new/migrations', 'new/migrations/0001.py']);
    if (process.getuid?.() === 0) {
      expect(statSync(join(s.root, 'new/migrations/0001.py')).uid).toBe(1234);
    }
    s.events.length = 0;
    // Nothing made, nothing told: the image's own files are no news.
    expect(await runOneOff(s, 'pass', { way })).toBe(0);
    expect(s.events).toEqual([]);
  });

  test('that runs for a while brings its files while it runs', async () => {
    await using s = await openSyncTest({ start: false });
    const made = join(s.root, 'shop/made.py');
    const program = `
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
open('shop/made.py', 'w').write('made')
signal.sigwait({signal.SIGUSR1})
open('shop/last.py', 'w').write('last')
`;
    const meanwhile = async (): Promise<void> => {
      await until('the file', () => existsSync(made));
      const containers = await s.t.engine.listContainers({ worktree: s.t.worktree }, s.t.signal);
      const [one] = containers.filter(({ running }) => running);
      await s.t.engine.killContainer(one?.id ?? '', 'SIGUSR1', s.t.signal);
    };
    await runOneOff(s, program, { way: 'first', meanwhile });
    expect(readFileSync(made, 'utf8')).toBe('made');
    expect(readFileSync(join(s.root, 'shop/last.py'), 'utf8')).toBe('last');
    expect(s.eventsOf('sync-failed')).toEqual([]);
  });

  test.each(ways)(
    '$way: what is changed here, too, is neither lost nor overwritten',
    async ({ way }) => {
      await using s = await openSyncTest({ files: { 'models.py': 'common' }, start: false });
      const program = `
import time
time.sleep(0.3)
open('/app/models.py', 'w').write('of the command')
`;
      const meanwhile = async (): Promise<void> => {
        writeFileSync(join(s.root, 'models.py'), 'mine');
      };
      await runOneOff(s, program, { way, meanwhile });
      expect(readFileSync(join(s.root, 'models.py'), 'utf8')).toBe('mine');
      const kept = join(s.memory.directory, 'conflicts/models.py');
      expect(readFileSync(kept, 'utf8')).toBe('of the command');
      expect(s.eventsOf('sync-conflicted').map(({ message }) => message)).toEqual([
        `models.py was changed here while the command changed it, too. Yours stays; the command’s version is in ${kept}.`,
      ]);
    },
  );

  test('that deletes most of the tree is not followed', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `f${index}.py`);
    await using s = await openSyncTest({
      files: Object.fromEntries(names.map((name) => [name, name])),
      start: false,
    });
    await runOneOff(s, "import os; [os.unlink('/app/' + n) for n in os.listdir('/app')]");
    expect(names.every((name) => existsSync(join(s.root, name)))).toBe(true);
    expect(s.eventsOf('sync-failed').at(-1)?.message).toBe(
      '60 paths, most of the tree, were deleted in the container at once. They stay here.',
    );
  });

  test('may lock dependencies: the files that a build reads come back, too', async () => {
    const files = { 'a.py': '1', 'requirements.txt': 'django==5.1\n' };
    await using s = await openSyncTest({
      dockerfile: `FROM ${testImage}\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n`,
      files,
      image: { files },
    });
    await runOneOff(s, "open('requirements.txt', 'w').write('django==5.2\\n')");
    const locked = (): string => readFileSync(join(s.root, 'requirements.txt'), 'utf8');
    expect(locked()).toBe('django==5.2\n');
    // In a container that runs as well, where both sides were equal at the start.
    await s.write('requirements.txt', files['requirements.txt']);
    const sync = await s.start();
    await s.python("open('/app/requirements.txt', 'w').write('django==6.0\\n')");
    await until('the lock', () => locked() === 'django==6.0\n');
    await sync.settle(s.t.signal);
    expect(s.eventsOf('sync-conflicted')).toEqual([]);
    // It is not sent: that takes a build.
    await s.write('requirements.txt', 'django==6.1\n');
    await s.write('a.py', '2');
    await until('the edit', () => s.eventsOf('sync-applied').length > 0);
    await s.python("open('/app/requirements.txt', 'w').write('django==6.2\\n')");
    await until('the conflict', () => s.eventsOf('sync-conflicted').length > 0);
    expect(locked()).toBe('django==6.1\n');
  });

  test('may make files that are too large for memory', async () => {
    await using s = await openSyncTest({ start: false });
    const bytes = (64 << 20) + 1;
    await runOneOff(s, `open('/app/dump.bin', 'wb').truncate(${bytes})`);
    expect(statSync(join(s.root, 'dump.bin')).size).toBe(bytes);
    expect(s.eventsOf('sync-failed')).toEqual([]);
    expect(readdirSync(s.root).sort()).toEqual(['dump.bin', 'shop']);
  });

  test('has to be of another image when files of its image are gone', async () => {
    await using s = await openSyncTest({
      files: { 'a.py': '1', 'gone/b.py': '1', 'stays/c.py': '' },
      start: false,
    });
    const { memory, imageId } = s;
    const paths = ['a.py', 'gone', 'gone/b.py', 'stays', 'stays/c.py', 'x.secret'];
    await rememberBuiltPaths(memory.buildDirectory, imageId, paths);
    const look = () => findGone({ tree: new HostTree(s.map), memory, imageId }, s.t.signal);
    expect(await look()).toEqual([]);
    rmSync(join(s.root, 'gone'), { recursive: true });
    expect(await look()).toEqual(['gone/b.py', 'gone']);
  });
});

describeWithEngine('a file that goes between the build and the first sync', () => {
  test('goes in the container; what a RUN made and what takes a build stays', async () => {
    await using s = await openSyncTest({
      // The image is made from a plain COPY; what is read is a Dockerfile that installs, too.
      dockerfile: `FROM ${testImage}\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n`,
      dockerignore: 'secret.txt\n',
      files: { 'a.py': '1', 'gone/b.py': '1', 'requirements.txt': 'x', 'secret.txt': 'x' },
      image: {
        files: {
          'a.py': '1',
          'gone/b.py': '1',
          'requirements.txt': 'x',
          'secret.txt': 'x',
          'static/made.css': '1',
        },
      },
    });
    const built = ['a.py', 'gone', 'gone/b.py', 'requirements.txt', 'secret.txt', 'was-a-file'];
    await rememberBuiltPaths(s.memory.buildDirectory, s.imageId, built);
    rmSync(join(s.root, 'gone'), { recursive: true });
    await s.start();
    expect(Object.keys(await s.containerTree()).sort()).toEqual([
      'a.py',
      'requirements.txt',
      'secret.txt',
      'static',
      'static/made.css',
    ]);
    expect(s.eventsOf('sync-connected')).toMatchObject([{ sent: 0, deletes: 2 }]);
  });
});
