import path from 'node:path';
import { readCacheFile, writeCacheFile } from '../../engine/build/inputs/cache-directory.ts';
import type { ImageScan } from './scan-image.ts';

/** Raised when the rules of the scan change, so that older results are not believed. */
const scanVersion = 3;

interface CachedScan {
  readonly version: number;
  readonly scan: ImageScan;
}

/** The result of an earlier scan of this image, by its immutable id (`sha256:…`). */
export async function readCachedScan(
  directory: string,
  imageId: string,
): Promise<ImageScan | undefined> {
  const cached = (await readCacheFile(cacheFile(directory, imageId))) as CachedScan | undefined;
  return cached?.version === scanVersion ? cached.scan : undefined;
}

/** Remembers a scan. A cache that cannot be written costs time, nothing else. */
export async function writeCachedScan(
  directory: string,
  imageId: string,
  scan: ImageScan,
): Promise<void> {
  const cached: CachedScan = { version: scanVersion, scan };
  await writeCacheFile(cacheFile(directory, imageId), cached);
}

function cacheFile(directory: string, imageId: string): string {
  return path.join(directory, 'image-scans', `${imageId.replace(/^sha256:/, '')}.json`);
}
