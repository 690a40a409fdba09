import { join } from 'node:path';
import {
  cacheKey,
  pruneCacheFiles,
  readCacheFile,
  writeCacheFile,
} from '../engine/build/inputs/cache-directory.ts';
import type { Engine } from '../engine/engine.ts';
import { type ListedPath, listContainer } from './container-listing.ts';

/** What an image holds where COPY writes, by container path. */
export type ImageListing = ReadonlyMap<string, ListedPath>;

/** An image and a container that was made from it and has not run yet. */
export interface ListedImage {
  readonly engine: Engine;
  readonly imageId: string;
  readonly container: string;
  readonly roots: readonly string[];
  /** One file for each image. */
  readonly directory: string;
}

type Row = readonly [state: string, mode: number, uid: number, gid: number];

const ending = '.image.json';
const keptFiles = 20;
/** Never source, and often more than everything else together. */
const neverSource = /\/(node_modules|\.git|\.venv|__pycache__)(\/|$)/;

/** Reads what the image holds: once, since an image never changes. */
export async function readImageListing(
  { engine, imageId, container, roots, directory }: ListedImage,
  signal: AbortSignal,
): Promise<ImageListing> {
  const file = join(directory, `${cacheKey([imageId, ...roots])}${ending}`);
  const cached = await readCacheFile(file);
  if (typeof cached === 'object' && cached !== null) return readRows(Object.entries(cached));
  const rows: Record<string, Row> = {};
  const skips = (path: string): boolean => neverSource.test(path);
  for await (const found of listContainer(engine, container, { roots, skips }, signal)) {
    const { path, state, mode, uid, gid } = found;
    rows[path] = [state, mode, uid, gid];
  }
  await writeCacheFile(file, rows);
  await pruneCacheFiles(directory, ending, keptFiles);
  return readRows(Object.entries(rows));
}

function readRows(rows: readonly (readonly [string, Row])[]): ImageListing {
  return new Map(
    rows.map(([path, [state, mode, uid, gid]]) => [path, { state, mode, uid, gid }] as const),
  );
}
