import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type TarEntry, walkTar } from './walk-tar.ts';

/** The layers of an image in their order, and the instructions that made it. */
export interface WalkedImage<T> {
  /** What the visitor made of each layer, first layer first. */
  readonly layers: readonly T[];
  readonly history: readonly HistoryEntry[];
}

interface HistoryEntry {
  readonly createdBy: string;
  /** It made no layer. */
  readonly isEmpty: boolean;
}

/** An entry of a layer, under its absolute path. */
export interface LayerEntry {
  readonly path: string;
  readonly isFile: boolean;
  readonly bytes: number;
  /** `removed`: the path that this whiteout hides; `emptied`: all that was in this directory. */
  readonly whiteout: { readonly removed: string } | { readonly emptied: string } | undefined;
}

/**
 * Visits every entry of every layer in the tar that `docker save` gives, in whatever order the
 * engine sends the layers. `begin` makes what a layer is remembered by.
 */
export async function walkImage<T>(
  archive: AsyncIterable<Uint8Array>,
  begin: () => T,
  visit: (entry: LayerEntry, body: AsyncIterable<Buffer>, layer: T) => Promise<void> | undefined,
): Promise<WalkedImage<T>> {
  const layers = new Map<string, T>();
  const texts = new Map<string, Buffer>();
  let order: Order = { layers: [], config: undefined };
  await walkTar(archive, async ({ name, isFile }, body) => {
    if (name === 'manifest.json') order = readOrder(await readAll(body));
    else if (isFile && /^[0-9a-f]+\.json$/.test(name)) texts.set(name, await readAll(body));
    else if (isFile && isLayer(name)) {
      const layer = begin();
      const text = await readBlob(body, (entry, bytes) => visit(toEntry(entry), bytes, layer));
      if (text) texts.set(name, text);
      else layers.set(name, layer);
    }
  });
  const present = order.layers.length > 0 ? order.layers : [...layers.keys()];
  return {
    layers: present.map((name) => layers.get(name) ?? begin()),
    history: readHistory(texts.get(order.config ?? '')),
  };
}

function toEntry({ name, isFile, bytes }: TarEntry): LayerEntry {
  const path = `/${name.replace(/^(\.?\/)+|\/$/g, '')}`;
  const slash = path.lastIndexOf('/');
  const base = path.slice(slash + 1);
  const whiteout =
    base === '.wh..wh..opq'
      ? { emptied: path.slice(0, slash) }
      : base.startsWith('.wh.')
        ? { removed: path.slice(0, slash + 1) + base.slice(4) }
        : undefined;
  return { path, isFile, bytes, whiteout };
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
function readHistory(config: Buffer | undefined): readonly HistoryEntry[] {
  if (config === undefined) return [];
  const { history = [] } = JSON.parse(config.toString()) as {
    history?: readonly { created_by?: string; empty_layer?: boolean }[];
  };
  return history.map((entry) => ({
    createdBy: entry.created_by ?? '',
    isEmpty: entry.empty_layer === true,
  }));
}

/** All bytes of an entry. */
export async function readAll(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A blob may be a layer, a compressed one, or one of the JSON texts of the image: that is answered. */
async function readBlob(
  body: AsyncIterable<Buffer>,
  visit: (entry: TarEntry, bytes: AsyncIterable<Buffer>) => Promise<void> | undefined,
): Promise<Buffer | undefined> {
  const iterator = body[Symbol.asyncIterator]();
  const first = (await iterator.next()).value;
  if (first === undefined) return undefined;
  const whole = prepend(first, iterator);
  if (first[0] === 0x7b) return await readAll(whole);
  const isGzip = first[0] === 0x1f && first[1] === 0x8b;
  await walkTar(isGzip ? Readable.from(whole).pipe(createGunzip()) : whole, visit);
  return undefined;
}

async function* prepend(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
