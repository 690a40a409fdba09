import path from 'node:path';
import { readCacheFile, writeCacheFile } from '../../engine/build/inputs/cache-directory.ts';
import type { SuspiciousFile } from './suspicious-file.ts';

/** Raised when the rules of the scan change, so that older results are not believed. */
const scanVersion = 2;

interface CachedScan {
  readonly version: number;
  readonly files: readonly SuspiciousFile[];
}

/** The result of an earlier scan of this image, by its immutable id (`sha256:…`). */
export async function readCachedScan(
  directory: string,
  imageId: string,
): Promise<readonly SuspiciousFile[] | undefined> {
  const cached = (await readCacheFile(cacheFile(directory, imageId))) as CachedScan | undefined;
  return cached?.version === scanVersion ? cached.files : undefined;
}

/** Remembers a scan. A cache that cannot be written costs time, nothing else. */
export async function writeCachedScan(
  directory: string,
  imageId: string,
  files: readonly SuspiciousFile[],
): Promise<void> {
  const scan: CachedScan = { version: scanVersion, files };
  await writeCacheFile(cacheFile(directory, imageId), scan);
}

function cacheFile(directory: string, imageId: string): string {
  return path.join(directory, 'image-scans', `${imageId.replace(/^sha256:/, '')}.json`);
}
