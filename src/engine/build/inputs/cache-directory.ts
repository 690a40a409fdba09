import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/**
 * Where djdev remembers builds: `$XDG_CACHE_HOME/djdev/builds` or `~/.cache/djdev/builds`. Not in
 * the project: there it would be part of the build context.
 */
export function buildCacheDirectory(environment: NodeJS.ProcessEnv): string {
  const configured = environment['XDG_CACHE_HOME'] ?? '';
  const base = isAbsolute(configured) ? configured : join(homedir(), '.cache');
  return join(base, 'djdev', 'builds');
}

/** A file name for what belongs to one image of one directory. */
export function cacheKey(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 24);
}

/** The JSON of a cache file; `undefined` when there is none or it cannot be read. */
export async function readCacheFile(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    // A cache that is missing or broken costs time, nothing else.
    return undefined;
  }
}

/**
 * Writes a cache file in one step, so that another djdev reads the old or the new one. A directory
 * that cannot be written to is no failure: the next build has more to do.
 */
export async function writeCacheFile(file: string, value: unknown): Promise<void> {
  const temporary = `${file}.${process.pid}-${performance.now()}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(temporary, JSON.stringify(value), { mode: 0o600 });
    await rename(temporary, file);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** Keeps the `kept` files with this ending that were written last; what goes costs time, nothing else. */
export async function pruneCacheFiles(
  directory: string,
  ending: string,
  kept: number,
): Promise<void> {
  try {
    const names = (await readdir(directory)).filter((name) => name.endsWith(ending));
    if (names.length <= kept) return;
    const files = await Promise.all(
      names.map(async (name) => {
        const file = join(directory, name);
        return { file, writtenMs: (await stat(file)).mtimeMs };
      }),
    );
    files.sort((left, right) => right.writtenMs - left.writtenMs);
    await Promise.all(files.slice(kept).map(({ file }) => rm(file, { force: true })));
  } catch {
    // Another djdev prunes as well, or the directory may not be written to.
  }
}
