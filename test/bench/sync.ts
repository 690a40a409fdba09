// How long a save on the host takes to be in the container, beside `docker compose watch`.
//
//   node test/bench/sync.ts [rounds]
//
// Both keep a container of the same image in sync with a tree of their own, one after the other.
// What is seen is told by a process in the container that looks every 0.2 ms and knows nothing of
// either; host and container share their clock.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { promisify } from 'node:util';
import { systemClock } from '../../src/context/clock.ts';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import type { Engine, ExecSession } from '../../src/engine/engine.ts';
import { parseDockerignore } from '../../src/project/dockerignore.ts';
import { parseDockerfile } from '../../src/project/parse-dockerfile.ts';
import { HostTree } from '../../src/sync/host-tree.ts';
import { planSync } from '../../src/sync/plan-sync.ts';
import { startSync } from '../../src/sync/start-sync.ts';
import { watchTree } from '../../src/sync/watch-tree.ts';
import { median } from './measure.ts';

const run = promisify(execFile);
const files = 1000;
const image = 'python:3.13-slim';
const dockerfile = `FROM ${image}\nWORKDIR /app\nCOPY . .\nCMD ["sleep", "3600"]\n`;
const rounds = Number(process.argv[2] ?? 20);
const name = `djdev-bench-sync-${process.pid}`;

/** Like git: a process of its own rewrites the files. Prints when it began. */
const writerProgram = `
const { writeFileSync } = require('node:fs');
const [root, start, paths] = process.argv.slice(1);
console.log(performance.timeOrigin + performance.now());
for (const path of JSON.parse(paths)) writeFileSync(root + '/' + path, start + 'x'.repeat(2000));
`;

const eyeProgram = `
import json, sys, time
for line in sys.stdin:
    wanted = json.loads(line)
    start = wanted['start'].encode()
    print('looking', flush=True)
    for path in wanted['paths']:
        while True:
            try:
                with open('/app/' + path, 'rb') as file:
                    content = file.read()
                if content.startswith(start) and len(content) > 2000:
                    break
            except FileNotFoundError:
                pass
            time.sleep(0.0002)
    print(time.time() * 1000, flush=True)
`;

interface Times {
  readonly edits: readonly number[];
  readonly bulks: readonly number[];
}

await using engine = await connectEngine(
  { env: process.env, home: homedir() },
  AbortSignal.timeout(10_000),
);
const own = await measureDjdev(engine);
print('djdev', own);
const peer = await measureCompose(engine);
if (peer) {
  print('docker compose watch', peer);
  const ratio = (of: keyof Times): string =>
    `1/${(median(peer[of]) / median(own[of])).toFixed(1)} (${(median(own[of]) / median(peer[of])).toFixed(3)})`;
  process.stdout.write(`edit → visible: ${ratio('edits')}; 1,000 files: ${ratio('bulks')}\n`);
} else process.stdout.write('There is no docker compose here to compare with.\n');

async function measureDjdev(engine: Engine): Promise<Times> {
  const signal = AbortSignal.timeout(600_000);
  const root = await makeTree();
  const ownership = { project: 'bench', session: name, role: 'app', worktree: name };
  const spec = { name, image, ownership, command: ['sleep', '3600'], init: true } as const;
  const id = await engine.createContainer({ ...spec, lifeline: 'none' }, signal);
  try {
    await engine.startContainer(id, signal);
    const map = planSync(
      parseDockerfile(dockerfile, join(root, 'Dockerfile')),
      parseDockerignore('', undefined),
      {
        build: { context: root, dockerfile: join(root, 'Dockerfile'), target: undefined, args: {} },
      },
    );
    await using watcher = await watchTree(map, signal);
    await using _ = await startSync(
      {
        engine,
        container: id,
        tree: new HostTree(map),
        watcher,
        emit: () => {},
        clock: systemClock,
        memory: { directory: join(root, '..', 'state') },
      },
      signal,
    );
    return await measureTimes(engine, id, root, signal);
  } finally {
    await engine.removeContainer(id, signal);
    await rm(join(root, '..'), { recursive: true });
  }
}

async function measureCompose(engine: Engine): Promise<Times | undefined> {
  if (!(await run('docker', ['compose', 'version']).catch(() => undefined))) return undefined;
  const signal = AbortSignal.timeout(600_000);
  const root = await makeTree();
  const compose = ['compose', '-p', name, '-f', join(root, '..', 'compose.yaml')];
  writeFileSync(
    join(root, '..', 'compose.yaml'),
    `services:
  app:
    build: { context: ./tree, network: host }
    init: true
    network_mode: none
    develop:
      watch:
        - { action: sync, path: ./tree, target: /app }
`,
  );
  const watching = new AbortController();
  try {
    await run('docker', [...compose, 'up', '-d', '--build']);
    const watch = spawn('docker', [...compose, 'watch', '--no-up'], { signal: watching.signal });
    watch.on('error', () => {});
    const lines = createInterface({ input: watch.stdout });
    watch.stderr.resume();
    await once(lines, 'line', { signal });
    lines.resume();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const { stdout } = await run('docker', [...compose, 'ps', '-q', 'app']);
    return await measureTimes(engine, stdout.trim(), root, signal);
  } finally {
    watching.abort();
    await run('docker', [...compose, 'down', '--rmi', 'local', '-t', '0']).catch(() => {});
    await rm(join(root, '..'), { recursive: true });
  }
}

async function measureTimes(
  engine: Engine,
  container: string,
  root: string,
  signal: AbortSignal,
): Promise<Times> {
  await using eye = await openEye(engine, container, signal);
  const edits: number[] = [];
  const bulks: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 200));
    const seen = eye.see(['app0/m0.py'], `edit ${round} `);
    await eye.isReady();
    const savedMs = now();
    writeFileSync(join(root, 'app0/m0.py'), `edit ${round} ${'x'.repeat(2000)}`);
    const ms = (await seen) - savedMs;
    // The first one warms both up.
    if (round > 0) edits.push(ms);
  }
  const paths = Array.from({ length: files }, (_, index) => pathOf(index));
  for (let round = 0; round < Math.ceil(rounds / 3); round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const seen = eye.see(paths, `bulk ${round} `);
    await eye.isReady();
    const program = [writerProgram, root, `bulk ${round} `, JSON.stringify(paths)];
    const { stdout } = await run(process.execPath, ['-e', ...program]);
    const savedMs = Number(stdout);
    bulks.push((await seen) - savedMs);
  }
  return { edits, bulks };
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

/** A process in the container that says when files begin with a text. */
async function openEye(engine: Engine, container: string, signal: AbortSignal) {
  const request = { command: ['python3', '-u', '-c', eyeProgram] };
  const session: ExecSession = await engine.exec(container, request, signal);
  session.stderr.resume();
  const input: Interface = createInterface({ input: session.stdout });
  const lines = input[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => String((await lines.next()).value);
  let ready = Promise.resolve('');
  return {
    async see(paths: readonly string[], start: string): Promise<number> {
      session.stdin.write(`${JSON.stringify({ paths, start })}\n`);
      ready = nextLine();
      await ready;
      return Number(await nextLine());
    },
    isReady: () => ready,
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

async function makeTree(): Promise<string> {
  const root = join(await mkdtemp(join(tmpdir(), 'djdev-bench-')), 'tree');
  for (let index = 0; index < files; index += 1) {
    const file = join(root, pathOf(index));
    if (index % 50 === 0) mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `first ${'x'.repeat(2000)}`);
  }
  writeFileSync(join(root, 'Dockerfile'), dockerfile);
  return root;
}

function pathOf(index: number): string {
  return `app${Math.floor(index / 50)}/m${index}.py`;
}

function print(who: string, times: Times): void {
  for (const [what, values] of Object.entries(times) as [keyof Times, readonly number[]][]) {
    const label = what === 'edits' ? 'edit → visible' : '1,000 files → all visible';
    const spread = `${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)}`;
    process.stdout.write(
      `${who.padEnd(22)} ${label.padEnd(26)} ${median(values).toFixed(1).padStart(8)} ms  ${spread}\n`,
    );
  }
}
