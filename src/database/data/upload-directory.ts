import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import type { RestoreServer } from './restore-dump.ts';

/** A directory of a dump in the container, gone at the end of the block. */
export async function uploadDirectory(
  { engine, container, signal }: Pick<RestoreServer, 'engine' | 'container' | 'signal'>,
  directory: string,
  onBytes: (count: number) => void,
): Promise<AsyncDisposable & { readonly path: string }> {
  const name = `djdev-${randomBytes(6).toString('hex')}`;
  const archive = pack();
  const filling = (async () => {
    archive.entry({ name, type: 'directory', mode: 0o755 });
    for (const file of await readdir(directory)) {
      const source = path.join(directory, file);
      const { size } = await stat(source);
      const entry = archive.entry({ name: `${name}/${file}`, size, mode: 0o644 });
      const bytes = createReadStream(source, { signal });
      bytes.on('data', (chunk) => onBytes(chunk.length));
      await pipeline(bytes, entry);
    }
    archive.finalize();
  })();
  filling.catch((error: Error) => archive.destroy(error));
  await Promise.all([
    engine.putArchive(container, '/tmp', Readable.from(archive), signal),
    filling,
  ]);
  const uploaded = `/tmp/${name}`;
  return {
    path: uploaded,
    async [Symbol.asyncDispose]() {
      const command = ['rm', '-rf', uploaded];
      const late = AbortSignal.timeout(30_000);
      await engine.execToEnd(container, { command, user: '0' }, late).catch(() => {});
    },
  };
}
