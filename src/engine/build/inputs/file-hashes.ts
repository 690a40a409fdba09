import { join } from 'node:path';
import type { BuildDefinition } from '../../../project/project.ts';
import { cacheKey, readCacheFile } from './cache-directory.ts';
import type { FileHashes } from './known-hash.ts';

type Build = Pick<BuildDefinition, 'context' | 'dockerfile'>;

/** Where the hashes of a context's files are remembered. The build writes it, the sync reads it too. */
export function fileHashesFile({ context, dockerfile }: Build, cacheDirectory: string): string {
  return join(cacheDirectory, `${cacheKey([context, dockerfile])}.files.json`);
}

/** What the last look at a context's files knows; empty without one. */
export async function readFileHashes(build: Build, cacheDirectory: string): Promise<FileHashes> {
  const cached = await readCacheFile(fileHashesFile(build, cacheDirectory));
  return (typeof cached === 'object' && cached !== null ? cached : {}) as FileHashes;
}
