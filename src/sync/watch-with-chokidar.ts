import { once } from 'node:events';
import { relative, sep } from 'node:path';
import { watch } from 'chokidar';
import type { WatchHandlers } from './watch-tree.ts';

/** For systems that tell of a whole tree by themselves: macOS and Windows. */
export async function watchWithChokidar(
  root: string,
  handlers: WatchHandlers,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const watcher = watch(root, {
    // With the default every unlink would come 100 ms late.
    atomic: false,
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (path) => {
      const name = nameBelow(root, path);
      return name !== '' && handlers.prunes(name);
    },
  });
  watcher.on('all', (event, path) => {
    const name = nameBelow(root, path);
    if (name === '') return;
    if (event === 'addDir') handlers.onDirectory(name);
    handlers.onPath(name);
  });
  watcher.on('error', (error) => handlers.onLost(error));
  try {
    await once(watcher, 'ready', { signal });
  } catch (error) {
    await watcher.close();
    throw error;
  }
  return () => watcher.close();
}

/** `path` below `root`, with `/`. */
function nameBelow(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}
