import { watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { Scope } from '../../context/scope.ts';
import type { Stack } from '../../stack/open-stack.ts';
import type { StackContext } from '../../stack/stack-context.ts';
import { watchTree } from '../../sync/watch-tree.ts';
import type { StartedStack } from '../up.ts';
import { startLiveProcess } from './live-process.ts';
import { readTree, syncMemory } from './read-tree.ts';

/** An edit that files sent into containers cannot bring about. */
interface WantedRebuild {
  readonly path: string;
  readonly reason: string;
  /** It is about how the image is run, so an image that stays the same says nothing. */
  readonly isManifest: boolean;
}

/** A stack whose containers follow the tree. */
export interface LiveStack extends AsyncDisposable {
  /** Resolves with the next edit that takes a build; each is told once. */
  nextRebuild(signal: AbortSignal): Promise<WantedRebuild>;
  /** Asks for a build without an edit. */
  rebuild(): void;
}

/** Watches the tree and keeps every process of the stack equal to it. */
export async function startLive(
  context: StackContext,
  stack: Stack,
  { processes, image }: StartedStack,
): Promise<LiveStack> {
  const scope = new Scope();
  const over = new AbortController();
  scope.defer(() => over.abort(new Error('The stack is not followed any more.')));
  const signal = AbortSignal.any([context.signal, over.signal]);
  try {
    const tree = await readTree(stack.project);
    const watcher = scope.use(await watchTree(tree.map, signal));
    const rebuilds = createMailbox<WantedRebuild>();
    watcher.subscribe((change) => {
      if (change.type === 'rebuild') {
        rebuilds.put({ path: change.path, reason: change.reason, isManifest: false });
      }
    });
    scope.defer(watchManifests(stack.project, (item) => rebuilds.put(item)));
    const memory = syncMemory();
    const inner = { ...context, signal };
    await Promise.all(
      processes.map(async ({ container }) => {
        const definition = stack.project.processes.find(({ name }) => name === container.role);
        if (definition === undefined) return;
        const options = { stack, image, container, tree, watcher, memory };
        scope.use(await startLiveProcess({ ...options, context: inner, process: definition }));
      }),
    );
    return {
      nextRebuild: (until) => rebuilds.take(until),
      rebuild: () => rebuilds.put({ path: 'tree', reason: 'asked for', isManifest: true }),
      [Symbol.asyncDispose]: () => scope[Symbol.asyncDispose](),
    };
  } catch (error) {
    await scope[Symbol.asyncDispose]().catch(() => undefined);
    throw error;
  }
}

/** The files that say how to run; editors replace them, so their directories are watched. */
function watchManifests(
  { root, manifests }: Stack['project'],
  onChange: (item: WantedRebuild) => void,
): () => void {
  const files = new Set([...manifests, join(root, '.env')]);
  const watchers = [...new Set([...files].map((file) => dirname(file)))].map((directory) =>
    watch(directory, (_, name) => {
      if (name === null || !files.has(join(directory, name))) return;
      onChange({ path: name, reason: 'it says how to run', isManifest: true });
    }),
  );
  return () => {
    for (const watcher of watchers) watcher.close();
  };
}

interface Mailbox<T> {
  readonly put: (item: T) => void;
  readonly take: (signal: AbortSignal) => Promise<T>;
}

/** Holds the newest item until it is taken. */
function createMailbox<T>(): Mailbox<T> {
  let held: T | undefined;
  let waiting: ((item: T) => void) | undefined;
  return {
    put(item) {
      if (waiting === undefined) held = item;
      else waiting(item);
      waiting = undefined;
    },
    take(signal) {
      return new Promise((resolve, reject) => {
        if (held !== undefined) {
          resolve(held);
          held = undefined;
          return;
        }
        waiting = resolve;
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    },
  };
}
