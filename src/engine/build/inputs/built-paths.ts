import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheKey, pruneCacheFiles, readCacheFile, writeCacheFile } from './cache-directory.ts';

const ending = '.built.json';
/** Of all projects of this machine; an image that is asked for is rarely older. */
const keptFiles = 40;

/** Remembers which paths of the context an image was built from. */
export async function rememberBuiltPaths(
  cacheDirectory: string,
  imageId: string,
  paths: readonly string[],
): Promise<void> {
  await writeCacheFile(fileOf(cacheDirectory, imageId), paths);
  await pruneCacheFiles(cacheDirectory, ending, keptFiles);
}

/** Which paths of the context an image was built from; `undefined` when that is not known here. */
export async function readBuiltPaths(
  cacheDirectory: string,
  imageId: string,
): Promise<readonly string[] | undefined> {
  const found = await readCacheFile(fileOf(cacheDirectory, imageId));
  return Array.isArray(found) ? found.filter((path) => typeof path === 'string') : undefined;
}

export async function areBuiltPathsKnown(
  cacheDirectory: string,
  imageId: string,
): Promise<boolean> {
  return await access(fileOf(cacheDirectory, imageId)).then(
    () => true,
    () => false,
  );
}

function fileOf(cacheDirectory: string, imageId: string): string {
  return join(cacheDirectory, `${cacheKey(['built', imageId])}${ending}`);
}
