import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { followLayers, type LayerContents } from './layer-history.ts';
import { isPrivateKey, type SuspiciousFile, suspectPath } from './suspicious-file.ts';
import { type TarEntry, walkTar } from './walk-tar.ts';

/** The contents of a layer while they are being read. */
interface GrowingContents extends LayerContents {
  readonly suspicious: LayerContents['suspicious'][number][];
  readonly removed: string[];
  readonly emptied: string[];
}

/**
 * Reads every layer of an image from the tar that `docker save` gives, files that later layers
 * remove included. Nothing is kept but the findings: memory stays small whatever the image.
 */
export async function scanImage(
  archive: AsyncIterable<Uint8Array>,
): Promise<readonly SuspiciousFile[]> {
  const layers = new Map<string, LayerContents>();
  let order: readonly string[] = [];
  await walkTar(archive, async ({ name, isFile }, body) => {
    if (name === 'manifest.json') order = readOrder(await readAll(body));
    else if (isFile && isLayer(name)) layers.set(name, await readLayer(body));
  });
  const present = order.length > 0 ? order : [...layers.keys()];
  return followLayers(present.map((name) => layers.get(name) ?? emptyContents()));
}

function emptyContents(): GrowingContents {
  return { suspicious: [], removed: [], emptied: [] };
}

/** `<id>/layer.tar` of older engines, `blobs/sha256/<digest>` of newer ones. */
function isLayer(name: string): boolean {
  return name.endsWith('/layer.tar') || name.startsWith('blobs/sha256/');
}

function readOrder(text: Buffer): readonly string[] {
  const [image]: { Layers?: readonly string[] }[] = JSON.parse(text.toString());
  return image?.Layers ?? [];
}

async function readAll(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A blob may also be the image's JSON configuration, or a compressed layer. */
async function readLayer(body: AsyncIterable<Buffer>): Promise<LayerContents> {
  const contents = emptyContents();
  const iterator = body[Symbol.asyncIterator]();
  const first = (await iterator.next()).value;
  if (first === undefined || first[0] === 0x7b) return contents;
  const whole = prepend(first, iterator);
  const isGzip = first[0] === 0x1f && first[1] === 0x8b;
  await walkTar(isGzip ? Readable.from(whole).pipe(createGunzip()) : whole, (entry, bytes) =>
    noteEntry(entry, bytes, contents),
  );
  return contents;
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
  else if (isFile && bytes > 0) {
    const kind = suspectPath(path);
    if (kind === 'key') return noteKey(path, body, contents);
    if (kind) contents.suspicious.push({ kind, path });
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
