import { Scope } from '../../context/scope.ts';
import type { Stack } from '../../stack/open-stack.ts';
import type { StackContext } from '../../stack/stack-context.ts';
import { watchTree } from '../../sync/watch-tree.ts';
import type { StartedStack } from '../up.ts';
import { type LiveProcess, startLiveProcess } from './live-process.ts';
import { createMailbox } from './mailbox.ts';
import { readTree, syncMemory } from './read-tree.ts';
import { watchRunFiles } from './watch-run-files.ts';

/** An edit that files sent into containers cannot bring about. */
interface WantedRebuild {
  readonly path: string;
  readonly reason: string | undefined;
  /** It is about how the image is run, so an image that stays the same says nothing. */
  readonly isManifest: boolean;
}

/** A stack whose containers follow the tree. */
export interface LiveStack extends AsyncDisposable {
  /** Resolves with the next edit that takes a build; each is told once. */
  nextRebuild(signal: AbortSignal): Promise<WantedRebuild>;
  /** Asks for a build without an edit. */
  rebuild(): void;
  /** Has every process load all of its code anew. */
  reload(): Promise<void>;
  /** Resolves with the next edit of whatever kind. */
  nextEdit(signal: AbortSignal): Promise<void>;
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
    const rebuilds = createMailbox<WantedRebuild>((held, next) => ({
      ...next,
      isManifest: held.isManifest || next.isManifest,
    }));
    const edits = createMailbox<true>(() => true);
    watcher.subscribe((change) => {
      edits.put(true);
      if (change.type === 'rebuild') {
        const { path, reason } = change;
        // They also say where files belong, so they count even when the image stays the same.
        rebuilds.put({ path, reason, isManifest: tree.map.buildFiles.includes(path) });
      }
    });
    const onRunFile = (path: string): void =>
      rebuilds.put({ path, reason: undefined, isManifest: true });
    scope.defer(watchRunFiles(stack.project, onRunFile));
    const memory = syncMemory();
    const inner = { ...context, signal };
    const live: LiveProcess[] = [];
    await Promise.all(
      processes.map(async ({ container }) => {
        const definition = stack.project.processes.find(({ name }) => name === container.role);
        if (definition === undefined) return;
        const options = { stack, image, container, tree, watcher, memory };
        live.push(
          scope.use(await startLiveProcess({ ...options, context: inner, process: definition })),
        );
      }),
    );
    return {
      nextRebuild: (until) => rebuilds.take(until),
      rebuild: () => rebuilds.put({ path: 'tree', reason: 'asked for', isManifest: true }),
      async reload() {
        await Promise.all(live.map((one) => one.reload()));
      },
      async nextEdit(until) {
        edits.clear();
        await edits.take(until);
      },
      [Symbol.asyncDispose]: () => scope[Symbol.asyncDispose](),
    };
  } catch (error) {
    await scope[Symbol.asyncDispose]().catch(() => undefined);
    throw error;
  }
}
