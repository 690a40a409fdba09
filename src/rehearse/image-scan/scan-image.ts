import {
  followLayers,
  type LayerContents,
  type LayerWeight,
  weighLayers,
} from './layer-history.ts';
import {
  findToken,
  isPrivateKey,
  mayHoldTokens,
  type SuspiciousFile,
  suspectPath,
} from './suspicious-file.ts';
import { type LayerEntry, readAll, walkImage } from './walk-image.ts';

/** What one look at every byte of an image tells. */
export interface ImageScan {
  readonly files: readonly SuspiciousFile[];
  readonly layers: readonly ScannedLayer[];
  /** The instructions that made it, in order, as the image keeps them for everybody to read. */
  readonly history: readonly string[];
}

export interface ScannedLayer extends LayerWeight {
  /** The instruction behind it; empty when the image does not say. */
  readonly createdBy: string;
}

/** The contents of a layer while they are being read. */
interface GrowingContents extends LayerContents {
  readonly suspicious: LayerContents['suspicious'][number][];
  readonly files: Map<string, number>;
  readonly removed: string[];
  readonly emptied: string[];
}

/**
 * Reads every layer of an image from the tar that `docker save` gives, files that later layers
 * remove included. Of the files only names and sizes are kept.
 */
export async function scanImage(archive: AsyncIterable<Uint8Array>): Promise<ImageScan> {
  const { layers, history } = await walkImage(archive, emptyContents, noteEntry);
  const made = history.filter(({ isEmpty }) => !isEmpty);
  return {
    files: followLayers(layers),
    layers: weighLayers(layers).map((weight, index) => ({
      ...weight,
      createdBy: made.length === layers.length ? (made[index]?.createdBy ?? '') : '',
    })),
    history: history.map(({ createdBy }) => createdBy),
  };
}

function emptyContents(): GrowingContents {
  return { suspicious: [], files: new Map(), removed: [], emptied: [] };
}

function noteEntry(
  { path, isFile, bytes, whiteout }: LayerEntry,
  body: AsyncIterable<Buffer>,
  contents: GrowingContents,
): Promise<void> | undefined {
  if (whiteout !== undefined) {
    if ('emptied' in whiteout) contents.emptied.push(whiteout.emptied);
    else contents.removed.push(whiteout.removed);
  } else if (isFile) {
    contents.files.set(path, bytes);
    if (bytes === 0) return undefined;
    const kind = suspectPath(path);
    if (kind === 'key') return noteKey(path, body, contents);
    if (kind) contents.suspicious.push({ kind, path });
    else if (mayHoldTokens(path, bytes)) return noteToken(path, body, contents);
  }
  return undefined;
}

async function noteKey(
  path: string,
  body: AsyncIterable<Buffer>,
  contents: GrowingContents,
): Promise<void> {
  const beginning = (await readAll(body)).subarray(0, 64 * 1024);
  if (isPrivateKey(beginning)) contents.suspicious.push({ kind: 'key', path });
}

async function noteToken(
  path: string,
  body: AsyncIterable<Buffer>,
  contents: GrowingContents,
): Promise<void> {
  const what = findToken(path, await readAll(body));
  if (what !== undefined) contents.suspicious.push({ kind: 'token', path, what });
}
