import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import type { Engine } from '../engine/engine.ts';

/** A file of a container and the file of the host that its content is to be written to. */
export interface StoredFile {
  readonly container: string;
  readonly path: string;
  readonly place: string;
}

/** Copies one file out of a container, running or not, without holding it in memory. */
export async function storeFile(
  engine: Engine,
  { container, path, place }: StoredFile,
  signal: AbortSignal,
): Promise<void> {
  const stream = await engine.getArchive(container, path, signal);
  if (!stream) throw new Error(`${path} has gone from the container.`);
  const entries = extract();
  stream.on('error', (error) => entries.destroy(error));
  stream.pipe(entries);
  for await (const entry of entries) {
    await pipeline(entry, createWriteStream(place, { flags: 'wx', mode: 0o600 }), { signal });
  }
}
