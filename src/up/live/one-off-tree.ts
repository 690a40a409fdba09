import { join } from 'node:path';
import type { ImageFacts } from '../../engine/engine.ts';
import type { Project } from '../../project/project.ts';
import type { StackContext } from '../../stack/stack-context.ts';
import { stateDirectory } from '../../stack/stack-seed.ts';
import { findGone, OneOffSync } from '../../sync/one-off-sync.ts';
import { oneWayPaths } from '../../sync/one-way-paths.ts';
import { startSync } from '../../sync/start-sync.ts';
import type { SyncEvent } from '../../sync/sync-event.ts';
import { watchTree } from '../../sync/watch-tree.ts';
import { readTree, syncMemory } from './read-tree.ts';

/** The tree of the host, for a container that runs one command. */
export interface OneOffTree {
  /** Host paths that the image still has and the host has not. */
  findGone(image: ImageFacts): Promise<readonly string[]>;
  /** Gives a container of the image, which has not started yet, the files of the host. */
  seed(container: string, image: ImageFacts, signal: AbortSignal): Promise<OneOffSync>;
  /**
   * For a container that runs already, while a command is executed in it. `sends`: it gets the
   * files of the host, too; else what differs is left as it is on both sides.
   */
  followRunning(
    container: string,
    image: ImageFacts,
    options: { readonly sends: boolean },
  ): Promise<FollowedCommand>;
  /** Emits what came back and what did not: after the command, whose screen it would disturb. */
  tell(): void;
}

/** A container that is kept equal to the tree for as long as a command runs in it. */
interface FollowedCommand extends AsyncDisposable {
  /** Resolves once what the command has made is here, and tells of it. */
  finish(signal: AbortSignal): Promise<void>;
}

const role = 'run';

/** Reads the tree as the Dockerfile and .dockerignore of this moment place it. */
export async function openOneOffTree(context: StackContext, project: Project): Promise<OneOffTree> {
  const { engine, clock, signal } = context;
  const tree = await readTree(project);
  const memory = syncMemory();
  const excludeOf = ({ volumes }: ImageFacts): readonly string[] => [
    ...volumes,
    ...oneWayPaths(tree.map, project.sync),
  ];
  const events: SyncEvent[] = [];
  const emit = (event: SyncEvent): void => void events.push(event);
  const conflictDirectory = join(
    stateDirectory(process.env),
    'conflicts',
    `${project.id}-${clock.now()}`,
  );
  return {
    findGone: async ({ id }) => await findGone({ tree, memory, imageId: id }, signal),
    async seed(container, image, until) {
      const place = { engine, container, imageId: image.id, exclude: excludeOf(image) };
      const options = { ...place, tree, clock, memory, conflictDirectory, emit };
      return await OneOffSync.seed(options, until);
    },
    async followRunning(container, image, { sends }) {
      // It outlives the first Ctrl-C, as the command does.
      const until = new AbortController().signal;
      const watcher = sends ? await watchTree(tree.map, until) : undefined;
      const options = { engine, container, tree, watcher, clock, memory, emit };
      const sync = await startSync(
        { ...options, onlyBack: !sends, exclude: excludeOf(image) },
        until,
      ).catch(async (error: unknown) => {
        await watcher?.[Symbol.asyncDispose]();
        throw error;
      });
      return {
        async finish(done) {
          await sync.flush(done);
          tellReturned(context, events);
        },
        async [Symbol.asyncDispose]() {
          await sync[Symbol.asyncDispose]();
          await watcher?.[Symbol.asyncDispose]();
        },
      };
    },
    tell: () => tellReturned(context, events),
  };
}

/** All that came back as one message, and each thing that did not as one of its own. */
function tellReturned({ emit }: StackContext, events: readonly SyncEvent[]): void {
  const returned = events.filter((event) => event.type === 'sync-returned');
  const paths = new Set(returned.flatMap((event) => [...event.paths, ...event.deletes]));
  const shown = [...paths].filter((path) => ![...paths].some((other) => isBelow(other, path)));
  const ms = returned.reduce((sum, event) => sum + event.ms, 0);
  if (shown.length > 0) emit({ type: 'edit-returned', role, paths: shown, ms });
  for (const event of events) {
    if (event.type === 'sync-conflicted') {
      emit({ type: 'edit-failed', role, paths: [event.path], message: event.message });
    }
    if (event.type === 'sync-failed') {
      const { paths: failed, message, hint } = event;
      emit({ type: 'edit-failed', role, paths: failed, message, hint });
    }
  }
}

function isBelow(path: string, directory: string): boolean {
  return path.startsWith(`${directory}/`);
}
