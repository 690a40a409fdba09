import { createHash } from 'node:crypto';
import { type LayerEntry, readAll, walkImage } from './walk-image.ts';

/** The files of an image as a container sees them: absolute path → SHA-256 of the content. */
export type ImageHashes = ReadonlyMap<string, string>;

interface HashedLayer {
  readonly files: Map<string, string>;
  readonly removed: string[];
  readonly emptied: string[];
}

/** Hashes every file that the last layer leaves. Logs and caches of installers are left out. */
export async function hashImage(archive: AsyncIterable<Uint8Array>): Promise<ImageHashes> {
  const { layers } = await walkImage(archive, emptyLayer, noteEntry);
  const files = new Map<string, string>();
  for (const { files: own, removed, emptied } of layers) {
    for (const gone of removed) drop(files, gone, true);
    for (const directory of emptied) drop(files, directory, false);
    for (const [path, digest] of own) files.set(path, digest);
  }
  return files;
}

function emptyLayer(): HashedLayer {
  return { files: new Map(), removed: [], emptied: [] };
}

function drop(files: Map<string, string>, path: string, itself: boolean): void {
  if (itself) files.delete(path);
  for (const name of files.keys()) if (name.startsWith(`${path}/`)) files.delete(name);
}

/** They say when they were written; no container reads them. */
const passing = /^\/(?:var\/(?:log|cache|lib\/(?:apt|systemd))|tmp|run|proc|sys|dev)\/|\/\.cache\//;

function noteEntry(
  { path, isFile, whiteout }: LayerEntry,
  body: AsyncIterable<Buffer>,
  layer: HashedLayer,
): Promise<void> | undefined {
  if (whiteout !== undefined) {
    if ('emptied' in whiteout) layer.emptied.push(whiteout.emptied);
    else layer.removed.push(whiteout.removed);
    return undefined;
  }
  return isFile && !passing.test(path) ? noteFile(path, body, layer) : undefined;
}

/** Bytecode begins with the time of its source, which is that of the build: 16 bytes are no content. */
async function noteFile(
  path: string,
  body: AsyncIterable<Buffer>,
  { files }: HashedLayer,
): Promise<void> {
  const content = await readAll(body);
  const told = path.endsWith('.pyc') ? content.subarray(16) : content;
  files.set(path, createHash('sha256').update(told).digest('hex'));
}
