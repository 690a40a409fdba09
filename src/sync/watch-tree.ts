import { systemClock } from '../context/clock.ts';
import { isPassingName } from './passing-name.ts';
import type { SyncMap } from './sync-map.ts';
import { watchDirectories } from './watch-directories.ts';
import { watchWithChokidar } from './watch-with-chokidar.ts';

/** What the watcher says: a path to look at again, or that it may have missed some. */
type TreeChange =
  | { readonly type: 'path'; readonly path: string }
  /** A directory that may be another one than before: what was below it may be gone. */
  | { readonly type: 'directory'; readonly path: string }
  | { readonly type: 'rebuild'; readonly path: string; readonly reason: string }
  | { readonly type: 'lost'; readonly reason: string };

/** One watcher for all containers of an image. */
export interface TreeWatcher extends AsyncDisposable {
  readonly map: SyncMap;
  /** Answers how to stop listening. */
  subscribe(listener: (change: TreeChange) => void): () => void;
}

/** How a platform tells of changes; paths are relative to the root. */
export interface WatchHandlers {
  prunes(path: string): boolean;
  onPath(path: string): void;
  /** A directory came, went or took the place of another; `onPath` tells of what is in it. */
  onDirectory(path: string): void;
  onLost(error: unknown): void;
}

/** What a tool writes beside a file and renames is gone by then. */
const passingMs = 100;

/**
 * Watches what the map does not prune and resolves once every change will be seen. No debounce: the
 * first event goes out at once, and listeners look at the path again whenever they are told. Only
 * names that tools make up for a moment are told a moment later.
 */
export async function watchTree(map: SyncMap, signal: AbortSignal): Promise<TreeWatcher> {
  signal.throwIfAborted();
  const listeners = new Set<(change: TreeChange) => void>();
  const tell = (change: TreeChange): void => {
    for (const listener of listeners) listener(change);
  };
  const over = new AbortController();
  const passing = new Set<string>();
  const tellPath = (path: string): void => {
    const fate = map.fateOf(path);
    if (fate.type === 'rebuild') tell({ type: 'rebuild', path, reason: fate.reason });
    // Whether it is a file or a directory decides as well, and who looks again knows that.
    tell({ type: 'path', path });
  };
  const tellLater = async (path: string): Promise<void> => {
    if (passing.has(path)) return;
    passing.add(path);
    await systemClock.sleep(passingMs, AbortSignal.any([signal, over.signal]));
    passing.delete(path);
    tellPath(path);
  };
  const handlers: WatchHandlers = {
    prunes: (path) => !map.buildFiles.includes(path) && map.prunes(path),
    onPath(path) {
      // Nobody listens any more when it ends before.
      if (isPassingName(path)) tellLater(path).catch(() => {});
      else tellPath(path);
    },
    onDirectory: (path) => tell({ type: 'directory', path }),
    onLost: (error) => tell({ type: 'lost', reason: explain(error) }),
  };
  const start = process.platform === 'linux' ? watchDirectories : watchWithChokidar;
  const close = await start(map.context, handlers, signal);
  return {
    map,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async [Symbol.asyncDispose]() {
      listeners.clear();
      over.abort();
      await close();
    },
  };
}

function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EMFILE') {
    return 'The system allows no more watched directories: raise fs.inotify.max_user_watches and fs.inotify.max_user_instances.';
  }
  return error instanceof Error ? error.message : String(error);
}
