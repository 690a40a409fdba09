import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
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
