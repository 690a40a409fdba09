import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { systemClock } from '../../../src/context/clock.ts';
import type { ContainerSpec } from '../../../src/engine/engine.ts';
import { parseDockerignore } from '../../../src/project/dockerignore.ts';
import { parseDockerfile } from '../../../src/project/parse-dockerfile.ts';
import type { SyncDefinition } from '../../../src/project/project.ts';
import { HostTree } from '../../../src/sync/host-tree.ts';
import { fileState } from '../../../src/sync/path-state.ts';
import type { SyncMemory } from '../../../src/sync/known-paths.ts';
import { planSync } from '../../../src/sync/plan-sync.ts';
import { startSync, type Sync, type SyncOptions } from '../../../src/sync/start-sync.ts';
import type { SyncEvent } from '../../../src/sync/sync-event.ts';
import type { SyncMap } from '../../../src/sync/sync-map.ts';
import { watchTree, type TreeWatcher } from '../../../src/sync/watch-tree.ts';
import { buildFiles } from '../../support/build-files.ts';
import { type EngineTest, openEngineTest, testImage } from '../../support/engine.ts';
import { removeOfTest } from '../../support/sweep.ts';
import { withProject } from '../../support/with-project.ts';

/** Path → state, as both ends of the sync call it. */
type Tree = Readonly<Record<string, string>>;

/** Only what never comes takes as long. */
const waitMs = 60_000;
const dockerfileText = `FROM ${testImage}\nWORKDIR /app\nCOPY . .\n`;
const ignoreText = '.git\n**/node_modules\n*.secret\n**/*.secret\n.venv\n';

/** A project on the host, a running container and the sync between them. */
export interface SyncTest extends AsyncDisposable {
  readonly t: EngineTest;
  readonly root: string;
  readonly map: SyncMap;
  readonly container: string;
  readonly imageId: string;
  readonly memory: SyncMemory & { readonly buildDirectory: string };
  readonly events: SyncEvent[];
  readonly watcher: TreeWatcher;
  write(path: string, content: string): Promise<void>;
  start(options?: Partial<SyncOptions>): Promise<Sync>;
  /** Starts, or starts anew, the container by its name. */
  startContainer(): Promise<string>;
  /** Standard output of Python in the container, as root. */
  python(program: string, container?: string): Promise<string>;
  containerTree(): Promise<Tree>;
  /** Waits until both trees are equal and answers them. */
  untilEqual(): Promise<Tree>;
  eventsOf<T extends SyncEvent['type']>(type: T): readonly Extract<SyncEvent, { type: T }>[];
}

export interface SyncTestOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly dockerfile?: string;
  readonly dockerignore?: string;
  /** An image with these files in /app, as a build has put them there. */
  readonly image?: { readonly files: Readonly<Record<string, string>> };
  readonly spec?: Partial<ContainerSpec>;
  /** What a manifest would say. */
  readonly sync?: Pick<SyncDefinition, 'ignore' | 'map'>;
  readonly start?: false;
  /** Instead of a new project with `files`. */
  readonly root?: string;
  /** Files are kept in memory on both sides: busy disks take long for thousands of them. */
  readonly isLarge?: boolean;
}

/** For `await using`; without `start: false` the container runs. */
export async function openSyncTest(options: SyncTestOptions = {}): Promise<SyncTest> {
  const t = await openEngineTest();
  const project = t.scope.use(
    await withProject(
      options.files ?? { 'shop/views.py': 'answer = 1\n' },
      options.isLarge === true && existsSync('/dev/shm') ? '/dev/shm' : tmpdir(),
    ),
  );
  const stateDirectory = await mkdtemp(join(tmpdir(), 'djdev-sync-'));
  t.scope.defer(() => rm(stateDirectory, { recursive: true }));
  const memory = { directory: stateDirectory, buildDirectory: join(stateDirectory, 'builds') };
  const root = options.root ?? project.root;
  const map = planSync(
    parseDockerfile(options.dockerfile ?? dockerfileText, join(root, 'Dockerfile')),
    parseDockerignore(options.dockerignore ?? ignoreText, join(root, '.dockerignore')),
    {
      build: { context: root, dockerfile: join(root, 'Dockerfile'), target: undefined, args: {} },
      ...(options.sync && { sync: options.sync }),
    },
  );
  const container = t.nameFor('app');
  const imageId = await findImage(t, options);
  const events: SyncEvent[] = [];
  const watcher = t.scope.use(await watchTree(map, t.signal));
  const spec: ContainerSpec = {
    name: container,
    image: imageId,
    ownership: t.ownership('app'),
    workingDirectory: '/app',
    command: ['python3', '-c', 'import time; time.sleep(600)'],
    init: true,
    lifeline: 'none',
    ...(options.isLarge === true ? { tmpfs: { '/app': '' } } : {}),
    ...options.spec,
  };
  const startContainer = async (): Promise<string> => {
    const found = await t.engine.inspectContainer(container, t.signal);
    const id = found?.id ?? (await t.engine.createContainer(spec, t.signal));
    await t.engine.startContainer(id, t.signal);
    return id;
  };
  if (options.start !== false) await startContainer();

  const python = async (program: string, name = container): Promise<string> => {
    const request = { command: ['python3', '-I', '-S', '-c', program], user: '0:0' };
    const result = await t.engine.execToEnd(name, request, t.signal);
    if (result.exitCode !== 0) throw new Error(result.stderr);
    return result.stdout;
  };
  const containerTree = async (): Promise<Tree> => JSON.parse(await python(listProgram)) as Tree;

  return {
    t,
    root,
    map,
    container,
    imageId,
    memory,
    events,
    watcher,
    write: (path, content) => project.write(path, content),
    startContainer,
    python,
    containerTree,
    async start(more = {}) {
      const sync = await startSync(
        {
          engine: t.engine,
          container,
          tree: new HostTree(map),
          watcher,
          emit: (event) => events.push(event),
          clock: systemClock,
          memory,
          ...more,
        },
        t.signal,
      );
      return t.scope.use(sync);
    },
    async untilEqual() {
      const deadlineMs = performance.now() + waitMs;
      for (;;) {
        const [host, inside] = [hostTree(map), await containerTree()];
        if (isEqual(host, inside)) return host;
        if (performance.now() > deadlineMs) expect(inside).toEqual(host);
      }
    },
    eventsOf: (type) => events.filter((event): event is never => event.type === type),
    [Symbol.asyncDispose]: () => t[Symbol.asyncDispose](),
  };
}

/** The id of the image to use; one that is built for the test goes with it. */
async function findImage(t: EngineTest, { image }: SyncTestOptions): Promise<string> {
  let reference = testImage;
  if (image !== undefined) {
    const files = {
      ...image.files,
      Dockerfile: dockerfileText,
      '.dockerignore': 'Dockerfile\n.dockerignore\n',
    };
    reference = await buildFiles(t.engine, t.nameFor('image'), files, t.signal);
    t.scope.defer(async () => {
      // An image in use would stay.
      await removeOfTest(t.engine, t.worktree);
      await t.engine.removeImage(reference, t.signal);
    });
  }
  const facts = await t.engine.inspectImage(reference, t.signal);
  if (!facts) throw new Error(`There is no image ${reference}.`);
  return facts.id;
}

/** Resolves once the check is true; fails with what it was waiting for. */
export async function until(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + waitMs;
  while (!(await check())) {
    if (performance.now() > deadlineMs) throw new Error(`This never came: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** All that should be in the container, read without any of the code under test but the map. */
function hostTree(map: SyncMap): Tree {
  const tree: Record<string, string> = {};
  const visit = (directory: string): void => {
    for (const name of readdirSync(join(map.context, directory))) {
      const path = directory === '' ? name : `${directory}/${name}`;
      const absolute = join(map.context, path);
      const stats = lstatSync(absolute);
      const kind = stats.isDirectory() ? 'directory' : 'file';
      if (map.fateOf(path, kind).type !== 'sync') continue;
      if (stats.isDirectory()) {
        tree[path] = 'dir';
        visit(path);
      } else if (stats.isSymbolicLink()) tree[path] = `link ${readlinkSync(absolute)}`;
      else tree[path] = fileState(readFileSync(absolute), (stats.mode & 0o100) !== 0);
    }
  };
  if (existsSync(map.context)) visit('');
  return sortKeys(tree);
}

function isEqual(left: Tree, right: Tree): boolean {
  return JSON.stringify(sortKeys(left)) === JSON.stringify(sortKeys(right));
}

function sortKeys(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const listProgram = `
import base64, hashlib, json, os, stat
tree = {}
for top, directories, names in os.walk('/app'):
    for name in directories + names:
        path = os.path.join(top, name)
        if name.startswith('.djdev-'):
            continue
        found = os.lstat(path)
        key = os.path.relpath(path, '/app')
        if stat.S_ISLNK(found.st_mode):
            tree[key] = 'link ' + os.readlink(path)
        elif stat.S_ISDIR(found.st_mode):
            tree[key] = 'dir'
        else:
            digest = hashlib.sha256(open(path, 'rb').read()).digest()
            mark = 'x' if found.st_mode & 0o100 else '-'
            tree[key] = 'file %s %s' % (base64.urlsafe_b64encode(digest).decode()[:32], mark)
print(json.dumps(tree))
`;
