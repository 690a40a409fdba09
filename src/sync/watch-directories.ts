import { type Dirent, type FSWatcher, lstatSync, readdirSync, watch } from 'node:fs';
import type { WatchHandlers } from './watch-tree.ts';

/**
 * One inotify watch for each directory, which is all that Linux has.
 *
 * chokidar 6.0 is not used here: where a directory goes and comes back at once, or a file takes its
 * place, it loses the watch. In 150 random sequences of such operations it missed the last state of
 * 49, and later edits below those directories too. A branch switch is such a sequence. This one is
 * also ready sooner: it reads no file's facts.
 */
export async function watchDirectories(
  root: string,
  handlers: WatchHandlers,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  signal.throwIfAborted();
  const tree = new WatchedTree(root, handlers);
  tree.enter('', false);
  return async () => tree.close();
}

class WatchedTree {
  readonly #root: string;
  readonly #handlers: WatchHandlers;
  readonly #watchers = new Map<string, FSWatcher>();

  constructor(root: string, handlers: WatchHandlers) {
    this.#root = root;
    this.#handlers = handlers;
  }

  /** Watches first and reads then, so that nothing can appear in between unseen. */
  enter(top: string, isNew: boolean): void {
    const open = [top];
    for (let directory = open.pop(); directory !== undefined; directory = open.pop()) {
      this.#watch(directory);
      for (const entry of this.#readNames(directory)) {
        const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
        if (this.#handlers.prunes(path)) continue;
        if (isNew) this.#handlers.onPath(path);
        if (entry.isDirectory()) open.push(path);
      }
    }
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #watch(directory: string): void {
    this.#watchers.get(directory)?.close();
    this.#watchers.delete(directory);
    try {
      const watcher = watch(this.#absolute(directory), (type, name) =>
        this.#take(directory, type, name),
      );
      watcher.on('error', () => this.#leave(directory));
      this.#watchers.set(directory, watcher);
    } catch (error) {
      if (!isGone(error)) this.#handlers.onLost(error);
    }
  }

  #take(directory: string, type: string, name: string | null): void {
    if (name === null) return;
    const path = directory === '' ? name : `${directory}/${name}`;
    if (this.#handlers.prunes(path)) return;
    // Something came, went or was moved: a directory of this name may be another one now.
    if (type === 'rename') {
      if (this.#watchers.has(path)) this.#leave(path);
      if (this.#isDirectory(path)) {
        this.#handlers.onDirectory(path);
        this.enter(path, true);
      }
    }
    this.#handlers.onPath(path);
  }

  #leave(directory: string): void {
    const prefix = `${directory}/`;
    for (const [path, watcher] of this.#watchers) {
      if (path !== directory && !path.startsWith(prefix)) continue;
      watcher.close();
      this.#watchers.delete(path);
    }
  }

  #isDirectory(path: string): boolean {
    try {
      const stats = lstatSync(this.#absolute(path), { throwIfNoEntry: false });
      return stats?.isDirectory() ?? false;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  }

  #readNames(directory: string): readonly Dirent[] {
    try {
      return readdirSync(this.#absolute(directory), { withFileTypes: true });
    } catch (error) {
      if (!isGone(error)) this.#handlers.onLost(error);
      return [];
    }
  }

  #absolute(directory: string): string {
    return directory === '' ? this.#root : `${this.#root}/${directory}`;
  }
}

/** Between two looks a path may go, or become a file. */
function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP';
}
