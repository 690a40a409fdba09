import type { ImageFacts } from '../../engine/engine.ts';
import type { ProcessDefinition } from '../../project/project.ts';
import { createReloader } from '../../reload/create-reloader.ts';
import { readLearned } from '../../reload/seed-reload.ts';
import type { AppliedContainer } from '../../stack/apply-container.ts';
import { processPort } from '../../stack/describe-process.ts';
import { holdGate } from '../../stack/gate/switch-gate.ts';
import type { Stack } from '../../stack/open-stack.ts';
import { gateRole, stackContainer } from '../../stack/stack-names.ts';
import type { StackContext } from '../../stack/stack-context.ts';
import type { HostTree } from '../../sync/host-tree.ts';
import { oneWayPaths } from '../../sync/one-way-paths.ts';
import { startSync } from '../../sync/start-sync.ts';
import type { SyncMemory } from '../../sync/known-paths.ts';
import type { SyncEvent } from '../../sync/sync-event.ts';
import type { TreeWatcher } from '../../sync/watch-tree.ts';
import { reloadAfter, reloadAs, type Reloading, tellReload } from './reload-after.ts';
import { planReloadOf, remember } from './reload-spec.ts';

/** What one process needs to be kept equal to the tree. */
export interface LiveProcessOptions {
  readonly context: StackContext;
  readonly stack: Stack;
  readonly process: ProcessDefinition;
  readonly image: ImageFacts;
  readonly container: AppliedContainer;
  readonly tree: HostTree;
  readonly watcher: TreeWatcher;
  readonly memory: SyncMemory;
}

/** A process that follows the tree. Dispose to end that. */
export interface LiveProcess extends AsyncDisposable {
  /** Loads all of its code anew, libraries too. Rejects with the signal's reason alone. */
  reload(): Promise<void>;
}

/** No file of the project, so a server takes it for a library's and starts anew as a whole. */
const everything = '/site-packages/all.py';

/** Sends saved files into one process's container and has it take them. */
export async function startLiveProcess(options: LiveProcessOptions): Promise<LiveProcess> {
  const { context, stack, process, image, container, tree, watcher } = options;
  const { engine, clock, signal } = context;
  const { role } = container;
  const plan = planReloadOf(stack, process, image);
  const gate = stackContainer(stack.project, gateRole(role));
  const hold = (restart: () => Promise<void>): Promise<void> =>
    holdGate(context, gate, restart, signal);
  const reloader = createReloader({
    engine,
    containerId: container.id,
    plan,
    emit: (event) => tellReload(context, role, event),
    ...(processPort(process, image) === undefined ? {} : { hold }),
    clock,
    signal,
  });
  const reloading: Reloading = { role, map: tree.map, reloader, untold: new Set() };
  const sync = await startSync(
    {
      engine,
      container: container.name,
      tree,
      watcher,
      clock,
      memory: options.memory,
      exclude: [...image.volumes, ...oneWayPaths(tree.map, stack.project.sync)],
      emit: (event) => handleSync(context, reloading, event),
    },
    signal,
  ).catch(async (error: unknown) => {
    await reloader[Symbol.asyncDispose]();
    throw error;
  });
  return {
    reload: () => reloadAs(context, role, [], () => reloader.reload([everything])),
    async [Symbol.asyncDispose]() {
      await sync[Symbol.asyncDispose]();
      // What was learned is a help for the next start, not a duty of this end.
      await readLearned(engine, container.id, AbortSignal.timeout(2000))
        .then((text) => (text === undefined ? undefined : remember(image, text)))
        .catch(() => undefined);
      await reloader[Symbol.asyncDispose]();
    },
  };
}

/** Sync tells what arrived; what follows from it is decided here. */
function handleSync(context: StackContext, reloading: Reloading, event: SyncEvent): void {
  const { emit } = context;
  const { role } = reloading;
  switch (event.type) {
    case 'sync-connected':
      emit({ type: 'sync-ready', role, files: event.files, sent: event.sent, ms: event.ms });
      // What was saved while nobody followed: the process may have loaded what was there before.
      if (event.containerPaths.length > 0) {
        const { containerPaths, ms } = event;
        void reloadAfter(context, reloading, { containerPaths, ms, syntax: [] });
      }
      if (event.way === 'archive') {
        const text = 'the image has no Python, so files made in the container do not come back';
        emit({ type: 'stack-noted', role, text });
      }
      return;
    case 'sync-applied':
      void reloadAfter(context, reloading, event);
      return;
    case 'sync-returned':
      emit({
        type: 'edit-returned',
        role,
        paths: [...event.paths, ...event.deletes],
        ms: event.ms,
      });
      return;
    case 'sync-conflicted':
      emit({ type: 'edit-failed', role, paths: [event.path], message: event.message });
      return;
    case 'sync-failed': {
      const { paths, message, hint } = event;
      emit({ type: 'edit-failed', role, paths, message: `${paths.join(', ')}: ${message}`, hint });
      return;
    }
    case 'sync-interrupted':
      // It is looked for again, and says so itself when it is found.
      return;
    default:
      event satisfies never;
  }
}
