import { dirname, join } from 'node:path';
import { readBuiltPaths } from '../engine/build/inputs/built-paths.ts';
import {
  cacheKey,
  pruneCacheFiles,
  readCacheFile,
  writeCacheFile,
} from '../engine/build/inputs/cache-directory.ts';

/** Where this machine remembers what images were built from, and what containers got later. */
export interface SyncMemory {
  /** One file for each image of a context. */
  readonly directory: string;
  /** The build's own; without it only what was synced is known. */
  readonly buildDirectory?: string;
}

const ending = '.synced.json';
const keptFiles = 40;

/**
 * Host paths that containers of one image have ever got, from the build or from a sync. Only these
 * may be deleted in a container when the host no longer has them: what else is there was made by a
 * RUN or by the application.
 */
export class KnownPaths {
  readonly #file: string;
  readonly #paths: Set<string>;
  #isNews = false;

  private constructor(file: string, paths: readonly string[]) {
    this.#file = file;
    this.#paths = new Set(paths);
  }

  static async read(memory: SyncMemory, context: string, image: string): Promise<KnownPaths> {
    const { directory, buildDirectory } = memory;
    const file = join(directory, `${cacheKey([context, image])}${ending}`);
    const [found, built] = await Promise.all([
      readCacheFile(file),
      buildDirectory === undefined ? undefined : readBuiltPaths(buildDirectory, image),
    ]);
    const synced = Array.isArray(found) ? found.filter((path) => typeof path === 'string') : [];
    return new KnownPaths(file, [...synced, ...(built ?? [])]);
  }

  add(path: string): void {
    this.#isNews ||= !this.#paths.has(path);
    this.#paths.add(path);
  }

  [Symbol.iterator](): IterableIterator<string> {
    return this.#paths.values();
  }

  /** Nothing is written where nothing is new. */
  async save(): Promise<void> {
    if (!this.#isNews) return;
    this.#isNews = false;
    await writeCacheFile(this.#file, [...this.#paths]);
    await pruneCacheFiles(dirname(this.#file), ending, keptFiles);
  }
}
