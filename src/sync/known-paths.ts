import { join } from 'node:path';
import { cacheKey, readCacheFile, writeCacheFile } from '../engine/build/inputs/cache-directory.ts';

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

  /** `directory` holds one file for each image of a context; a missing one knows nothing. */
  static async read(directory: string, context: string, image: string): Promise<KnownPaths> {
    const file = join(directory, `${cacheKey([context, image])}.synced.json`);
    const found = await readCacheFile(file);
    const paths = Array.isArray(found) ? found.filter((path) => typeof path === 'string') : [];
    return new KnownPaths(file, paths);
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
  }
}
