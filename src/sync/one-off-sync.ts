import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readBuiltPaths } from '../engine/build/inputs/built-paths.ts';
import type { Conflict } from './bring-back.ts';
import { collectChanges } from './collect-changes.ts';
import type { HostSnapshot } from './host-tree.ts';
import { planGone } from './plan-gone.ts';
import { type SeedResult, seedContainer } from './seed-container.ts';
import type { SessionOptions } from './start-sync.ts';
import { SyncSession } from './sync-session.ts';
import type { SyncEvent } from './sync-event.ts';
import { tellBroughtBack } from './tell-brought-back.ts';

/** A container that is made to run one command, and the tree it belongs to. */
export interface OneOffOptions extends Omit<SessionOptions, 'agreed' | 'signalFor'> {
  /** `container` is made from it. */
  readonly imageId: string;
  /** Where the container's version of a conflict is kept: the container itself goes. */
  readonly conflictDirectory: string;
}

/** Host paths that an image was built from and that are gone since: its containers still have them. */
export async function findGone(
  { tree, memory, imageId }: Pick<OneOffOptions, 'tree' | 'memory' | 'imageId'>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { buildDirectory } = memory;
  const built =
    buildDirectory === undefined ? undefined : await readBuiltPaths(buildDirectory, imageId);
  if (built === undefined) return [];
  const snapshot = await tree.walk(() => {}, signal);
  const gone = planGone(built, snapshot, tree);
  return [...new Set(gone.map(({ hostPath }) => hostPath))];
}

/**
 * The sync of one short-lived container: it has the host's files before it starts, and what it
 * makes comes to the host while it runs. What is missing then is fetched after its end.
 */
export class OneOffSync {
  readonly #options: OneOffOptions;
  readonly #seed: SeedResult;
  readonly #over = new AbortController();
  #session: SyncSession | undefined;
  #following: Promise<void> | undefined;
  /** Something was not as it should be: all is looked at once more after the end. */
  #isDoubtful = false;

  private constructor(options: OneOffOptions, seed: SeedResult) {
    this.#options = options;
    this.#seed = seed;
  }

  /** For a container that was created and not started. */
  static async seed(options: OneOffOptions, signal: AbortSignal): Promise<OneOffSync> {
    const { engine, container, imageId, tree, clock, memory } = options;
    const snapshot = await walkReadable(options, signal);
    const seed = await seedContainer(
      { engine, container, imageId, tree, snapshot, clock, directory: memory.directory },
      signal,
    );
    return new OneOffSync(options, seed);
  }

  /**
   * From the start on. A container that ends before anybody has looked at it is no failure.
   * `isHeld`: nothing runs in it until this has resolved, so that nothing is made unseen.
   */
  async follow({ isHeld }: { readonly isHeld: boolean }): Promise<void> {
    const { agreed } = this.#seed;
    // What goes wrong is met again, and told, after the end.
    const emit = (event: SyncEvent): void => {
      if (event.type === 'sync-returned') this.#options.emit(event);
      else if (event.type !== 'sync-connected') this.#isDoubtful = true;
    };
    const options = { ...this.#options, agreed, emit, isUntouched: isHeld };
    const session = new SyncSession(options, this.#over.signal);
    this.#following = session.run().catch(() => {
      this.#isDoubtful = true;
    });
    if (!isHeld) return;
    this.#session = session;
    await session.connected.catch(() => {});
  }

  /**
   * After the end of the command. Its container must still be there; it needs not run, but where it
   * does, what has been seen of it is enough.
   */
  async finish(signal: AbortSignal): Promise<void> {
    const isComplete = await this.#hasAll(signal);
    this.#over.abort(new Error('The command has ended.'));
    await this.#following;
    if (isComplete) return;
    const { engine, container, tree, clock, emit, exclude = [] } = this.#options;
    const startedMs = clock.monotonicMs();
    const ended = { engine, container, tree, agreed: this.#seed.agreed, exclude };
    await using collected = await collectChanges(ended, signal);
    const { back } = collected;
    for (const conflict of back.conflicts) await this.#keep(conflict);
    const ms = clock.monotonicMs() - startedMs;
    const explainConflict = (path: string): string => this.#explain(path);
    tellBroughtBack(back, { container, emit, ms, explainConflict });
  }

  /** Whether all that the command has made is here, and nothing is left to be told. */
  async #hasAll(signal: AbortSignal): Promise<boolean> {
    const session = this.#session;
    if (session === undefined || !(await session.flush(signal))) return false;
    while (!session.isQuiet && !this.#isDoubtful) await this.#options.clock.sleep(1, signal);
    const { conflicted, leftBehind } = this.#seed.agreed.manifest;
    return !this.#isDoubtful && conflicted.size + leftBehind.size === 0;
  }

  async #keep({ hostPath, file }: Conflict): Promise<void> {
    if (!file.state?.startsWith('file')) return;
    const kept = join(this.#options.conflictDirectory, hostPath);
    await mkdir(dirname(kept), { recursive: true, mode: 0o700 });
    if (file.stored === undefined) await writeFile(kept, file.content, { mode: 0o600 });
    else await copyFile(file.stored, kept);
  }

  #explain(path: string): string {
    const kept = join(this.#options.conflictDirectory, path);
    return `${path} was changed here while the command changed it, too. Yours stays; the command’s version is in ${kept}.`;
  }
}

async function walkReadable(
  { tree, container, emit }: OneOffOptions,
  signal: AbortSignal,
): Promise<HostSnapshot> {
  return await tree.walk(({ path, message }) => {
    const hint = 'Make it readable, or keep it out of the image with a line in .dockerignore.';
    emit({ type: 'sync-failed', container, paths: [path], message, hint });
  }, signal);
}
