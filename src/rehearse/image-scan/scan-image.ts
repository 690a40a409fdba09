import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
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
import { type TarEntry, walkTar } from './walk-tar.ts';

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
  const layers = new Map<string, LayerContents>();
  const texts = new Map<string, Buffer>();
  let order: Order = { layers: [], config: undefined };
  await walkTar(archive, async ({ name, isFile }, body) => {
    if (name === 'manifest.json') order = readOrder(await readAll(body));
    else if (isFile && /^[0-9a-f]+\.json$/.test(name)) texts.set(name, await readAll(body));
    else if (isFile && isLayer(name)) {
      const { contents, text } = await readBlob(body);
      if (text) texts.set(name, text);
      else layers.set(name, contents);
    }
  });
  const present = order.layers.length > 0 ? order.layers : [...layers.keys()];
  const contents = present.map((name) => layers.get(name) ?? emptyContents());
  const history = readHistory(texts.get(order.config ?? ''));
  const made = history.filter(({ isEmpty }) => !isEmpty);
  return {
    files: followLayers(contents),
    layers: weighLayers(contents).map((weight, index) => ({
      ...weight,
      createdBy: made.length === contents.length ? (made[index]?.createdBy ?? '') : '',
    })),
    history: history.map(({ createdBy }) => createdBy),
  };
}

function emptyContents(): GrowingContents {
  return { suspicious: [], files: new Map(), removed: [], emptied: [] };
}

/** `<id>/layer.tar` of older engines, `blobs/sha256/<digest>` of newer ones. */
function isLayer(name: string): boolean {
  return name.endsWith('/layer.tar') || name.startsWith('blobs/sha256/');
}

interface Order {
  readonly layers: readonly string[];
  /** Name of the entry with the configuration of the image. */
  readonly config: string | undefined;
}

function readOrder(text: Buffer): Order {
  const [image]: { Layers?: readonly string[]; Config?: string }[] = JSON.parse(text.toString());
  return { layers: image?.Layers ?? [], config: image?.Config };
}

/** Source: `history` of the image configuration in the OCI image specification. */
function readHistory(
  config: Buffer | undefined,
): readonly { readonly createdBy: string; readonly isEmpty: boolean }[] {
  if (config === undefined) return [];
  const { history = [] } = JSON.parse(config.toString()) as {
    history?: readonly { created_by?: string; empty_layer?: boolean }[];
  };
  return history.map((entry) => ({
    createdBy: entry.created_by ?? '',
    isEmpty: entry.empty_layer === true,
  }));
}

async function readAll(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A blob may be a layer, a compressed one, or one of the JSON texts of the image. */
async function readBlob(
  body: AsyncIterable<Buffer>,
): Promise<{ readonly contents: LayerContents; readonly text?: Buffer }> {
  const contents = emptyContents();
  const iterator = body[Symbol.asyncIterator]();
  const first = (await iterator.next()).value;
  if (first === undefined) return { contents };
  const whole = prepend(first, iterator);
  if (first[0] === 0x7b) return { contents, text: await readAll(whole) };
  const isGzip = first[0] === 0x1f && first[1] === 0x8b;
  await walkTar(isGzip ? Readable.from(whole).pipe(createGunzip()) : whole, (entry, bytes) =>
    noteEntry(entry, bytes, contents),
  );
  return { contents };
}

async function* prepend(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

function noteEntry(
  { name, isFile, bytes }: TarEntry,
  body: AsyncIterable<Buffer>,
  contents: GrowingContents,
): Promise<void> | undefined {
  const path = `/${name.replace(/^(\.?\/)+|\/$/g, '')}`;
  const slash = path.lastIndexOf('/');
  const base = path.slice(slash + 1);
  if (base === '.wh..wh..opq') contents.emptied.push(path.slice(0, slash));
  else if (base.startsWith('.wh.')) contents.removed.push(path.slice(0, slash + 1) + base.slice(4));
  else if (isFile) {
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
