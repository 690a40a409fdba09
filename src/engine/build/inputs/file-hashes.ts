import { join } from 'node:path';
import type { BuildDefinition } from '../../../project/project.ts';
import { cacheKey, pruneCacheFiles, readCacheFile, writeCacheFile } from './cache-directory.ts';
import type { FileHashes } from './known-hash.ts';

type Build = Pick<BuildDefinition, 'context' | 'dockerfile'>;

const ending = '.files.json';
/** Of all projects of this machine; one that is dropped is read once more. */
const keptFiles = 100;

/** What the last look at a context's files knows; empty without one. */
export async function readFileHashes(build: Build, cacheDirectory: string): Promise<FileHashes> {
  const cached = await readCacheFile(fileOf(build, cacheDirectory));
  return (typeof cached === 'object' && cached !== null ? cached : {}) as FileHashes;
}

/** The build remembers the hashes of a context's files, and the sync uses them, too. */
export async function writeFileHashes(
  build: Build,
  cacheDirectory: string,
  hashes: FileHashes,
): Promise<void> {
  await writeCacheFile(fileOf(build, cacheDirectory), hashes);
  await pruneCacheFiles(cacheDirectory, ending, keptFiles);
}

function fileOf({ context, dockerfile }: Build, cacheDirectory: string): string {
  return join(cacheDirectory, `${cacheKey([context, dockerfile])}${ending}`);
}
