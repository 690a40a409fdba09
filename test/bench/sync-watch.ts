// What watching a tree costs: time until ready, memory, and how long an edit takes to be told.
//
//   node test/bench/sync-watch.ts [files ...]     (default 1000 10000)
//
// Each tree is watched in a process of its own. `djdev` is what the sync uses on this system,
// `chokidar` what it uses where the system watches whole trees.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hashFiles } from '../../src/engine/build/inputs/hash-files.ts';
import { scanContext } from '../../src/engine/build/inputs/scan-context.ts';
import { parseDockerignore } from '../../src/project/dockerignore.ts';
import { parseDockerfile } from '../../src/project/parse-dockerfile.ts';
import { HostTree } from '../../src/sync/host-tree.ts';
import { planSync } from '../../src/sync/plan-sync.ts';
import type { SyncMap } from '../../src/sync/sync-map.ts';
import { watchTree } from '../../src/sync/watch-tree.ts';
import { watchWithChokidar } from '../../src/sync/watch-with-chokidar.ts';
import { median } from './measure.ts';

const [mode = '1000', ...rest] = process.argv.slice(2);
if (mode === 'djdev' || mode === 'chokidar') await watchOne(mode, rest[0] ?? '');
else await compare(process.argv.length > 2 ? [mode, ...rest].map(Number) : [1000, 10_000]);

async function compare(sizes: readonly number[]): Promise<void> {
  for (const size of sizes) {
    const root = makeTree(size);
    for (const who of ['djdev', 'chokidar']) {
      const { stdout } = await promisify(execFile)(process.execPath, [
        import.meta.filename,
        who,
        root,
      ]);
      process.stdout.write(`${String(size).padStart(7)} files  ${who.padEnd(9)} ${stdout}`);
    }
    rmSync(root, { recursive: true });
  }
}

async function watchOne(who: string, root: string): Promise<void> {
  const signal = AbortSignal.timeout(300_000);
  const map = planSync(
    parseDockerfile('FROM x\nWORKDIR /app\nCOPY . .\n', join(root, 'Dockerfile')),
    parseDockerignore('**/node_modules\n.git\n', undefined),
    { build: { context: root, dockerfile: join(root, 'Dockerfile'), target: undefined, args: {} } },
  );
  const before = process.memoryUsage.rss();
  let told = Promise.withResolvers<void>();
  const startedMs = performance.now();
  const onPath = (): void => told.resolve();
  const close = await startWatcher(who, map, onPath, signal);
  const readyMs = performance.now() - startedMs;
  const bytes = process.memoryUsage.rss() - before;
  const edits: number[] = [];
  for (let round = 0; round < 20; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 120));
    told = Promise.withResolvers();
    const savedMs = performance.now();
    writeFileSync(join(root, 'd0/f1.py'), `edit ${round}`);
    await told.promise;
    edits.push(performance.now() - savedMs);
  }
  const walk = who === 'djdev' ? `, ${await measureWalks(map, signal)}` : '';
  process.stdout.write(
    `ready ${readyMs.toFixed(0)} ms, +${(bytes / 1e6).toFixed(0)} MB, edit told after ${median(edits).toFixed(2)} ms${walk}\n`,
  );
  await close();
}

/** With nothing known, and with what the build's look at the same files has left. */
async function measureWalks(map: SyncMap, signal: AbortSignal): Promise<string> {
  const walk = async (tree: HostTree): Promise<number> => {
    const startedMs = performance.now();
    await tree.walk(() => {}, signal);
    return performance.now() - startedMs;
  };
  const firstMs = await walk(new HostTree(map));
  // Hashes of files that are younger are not trusted.
  await new Promise((resolve) => setTimeout(resolve, 2600));
  const entries = await scanContext(
    map.context,
    { ignores: () => false, prunes: () => false },
    signal,
  );
  const { known } = await hashFiles(map.context, entries, {}, signal);
  const knownMs = await walk(new HostTree(map, known));
  return `first comparison ${firstMs.toFixed(0)} ms, ${knownMs.toFixed(0)} ms with known hashes`;
}

async function startWatcher(
  who: string,
  map: SyncMap,
  onPath: () => void,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  if (who === 'djdev') {
    const watcher = await watchTree(map, signal);
    watcher.subscribe(onPath);
    return async () => await watcher[Symbol.asyncDispose]();
  }
  const prunes = (path: string): boolean => map.prunes(path);
  const handlers = { prunes, onPath, onDirectory() {}, onLost() {} };
  return await watchWithChokidar(map.context, handlers, signal);
}

function makeTree(files: number): string {
  const root = mkdtempSync(join(tmpdir(), 'djdev-bench-'));
  for (let index = 0; index < files; index += 1) {
    const directory = join(root, `d${Math.floor(index / 50)}`);
    if (index % 50 === 0) mkdirSync(directory);
    writeFileSync(join(directory, `f${index}.py`), 'x = 1\n');
  }
  return root;
}
