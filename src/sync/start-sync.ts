import type { Clock } from '../context/clock.ts';
import type { Engine } from '../engine/engine.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import type { AgreedTrees } from './agreed-trees.ts';
import type { HostTree } from './host-tree.ts';
import type { SyncMemory } from './known-paths.ts';
import type { SyncEvent } from './sync-event.ts';
import { SyncSession } from './sync-session.ts';
import type { BatchSignal } from './transport.ts';
import type { TreeWatcher } from './watch-tree.ts';

/** One container and the tree that it belongs to. */
export interface SessionOptions {
  readonly engine: Engine;
  /** Name or id. With a name, a container that is made anew under it is found again. */
  readonly container: string;
  readonly tree: HostTree;
  readonly emit: (event: SyncEvent) => void;
  readonly clock: Clock;
  /** What each image was built from and got later, so that deletes are known after a restart. */
  readonly memory: SyncMemory;
  /** Where both trees were equal already, so that the first comparison goes both ways. */
  readonly agreed?: AgreedTrees;
  /** Nothing has run in the container since both were equal: there is nothing to compare yet. */
  readonly isUntouched?: boolean;
  /** Nothing is sent: where both trees differ, each keeps what it has. */
  readonly onlyBack?: boolean;
  /** Container paths from which nothing comes back: STATIC_ROOT, MEDIA_ROOT, volumes. */
  readonly exclude?: readonly string[];
  /**
   * The process to tell about a batch of host paths, in the same request that writes it. It is not
   * told when a file of the batch has a syntax error or could not be written.
   */
  readonly signalFor?: (paths: readonly string[]) => BatchSignal | undefined;
}

/** One container to keep equal to a host tree. */
export interface SyncOptions extends SessionOptions {
  /** Shared by all containers of an image, as the tree is; none where nothing is sent. */
  readonly watcher: TreeWatcher | undefined;
}

/** A running sync; disposing it leaves the container as it is. */
export interface Sync extends AsyncDisposable {
  /** Resolves once everything seen so far is in the container and back. */
  settle(signal: AbortSignal): Promise<void>;
  /** Resolves once what has been made in the container until now is here. */
  flush(signal: AbortSignal): Promise<void>;
  /** Compares everything, as after a start. */
  rescan(): void;
}

/**
 * Keeps a container equal to the host tree, through restarts and new containers of its name, and
 * brings back what is made in it. Resolves once the container has everything for the first time.
 * Throws `DJ-CONTAINER-LOST` when there is no such container now, and `DJ-CONTEXT-UNREADABLE`.
 */
export async function startSync(options: SyncOptions, signal: AbortSignal): Promise<Sync> {
  const { clock, container, engine, watcher } = options;
  const facts = await engine.inspectContainer(container, signal);
  if (!facts) {
    throw new DjdevError('DJ-CONTAINER-LOST', {
      message: `There is no container ${container} to keep in sync.`,
      hint: 'Start it with `djdev up`.',
    });
  }
  const stopping = new AbortController();
  const session = new SyncSession(options, AbortSignal.any([signal, stopping.signal]));
  const unsubscribe = watcher?.subscribe((change) => {
    if (change.type === 'path') session.queue.addPath(change.path);
    if (change.type === 'directory') session.queue.addDirectory(change.path);
    if (change.type === 'lost') session.queue.addEverything();
  });
  const running = session.run();
  // A bug that ends the loop early is heard by whoever waits or disposes.
  running.catch(() => {});
  let disposed: Promise<void> | undefined;
  const dispose = async (): Promise<void> => {
    unsubscribe?.();
    stopping.abort(new Error('The sync was stopped.'));
    await running;
  };
  const settle = async (until: AbortSignal): Promise<void> => {
    while (!session.isQuiet) await Promise.race([clock.sleep(2, until), running]);
  };
  const sync: Sync = {
    settle,
    async flush(until) {
      await session.flush(until);
      await settle(until);
    },
    rescan: () => session.queue.addEverything(),
    [Symbol.asyncDispose]: () => (disposed ??= dispose()),
  };
  try {
    await session.connected;
    return sync;
  } catch (error) {
    // It ends with this very error.
    await dispose().catch(() => {});
    throw error;
  }
}
