import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { extract, type Header } from 'tar-stream';
import type { Engine } from '../engine/engine.ts';
import { directoryState, hashedState, linkState, type PathState } from './path-state.ts';

/** What a container holds at a path. */
export interface ListedPath {
  readonly state: PathState;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** A path on its way out of a container. */
export interface ReadContainerPath extends ListedPath {
  readonly path: string;
  readonly bytes: number;
  /** Of a file that was asked for. */
  readonly content: Buffer | undefined;
}

/** What to read; `keeps` and `skips` are asked with absolute paths. */
export interface ListingWishes {
  readonly roots: readonly string[];
  /** Files whose content is wanted. */
  readonly keeps?: (path: string, bytes: number) => boolean;
  /** Paths that need not even be hashed. */
  readonly skips?: (path: string) => boolean;
}

/**
 * Reads what lies at and below the roots of a container, running or not, through the engine's
 * archive API. A root that is not there gives nothing.
 */
export async function* listContainer(
  engine: Engine,
  container: string,
  { roots, keeps = () => false, skips = () => false }: ListingWishes,
  signal: AbortSignal,
): AsyncGenerator<ReadContainerPath> {
  for (const root of roots) {
    const stream = await engine.getArchive(container, root, signal);
    if (!stream) continue;
    const entries = extract();
    stream.on('error', (error) => entries.destroy(error));
    stream.pipe(entries);
    for await (const entry of entries) {
      const { header } = entry;
      const path = posix.join(posix.dirname(root), header.name).replace(/(.)\/$/, '$1');
      const isKept = header.type === 'file' && keeps(path, header.size ?? 0);
      const isSkipped = !isKept && skips(path);
      const hash = createHash('sha256');
      const chunks: Buffer[] = [];
      for await (const chunk of entry) {
        if (!isSkipped) hash.update(chunk as Buffer);
        if (isKept) chunks.push(chunk as Buffer);
      }
      const listed = isSkipped ? undefined : describe(header, hash.digest('base64url'));
      if (!listed) continue;
      const content = isKept ? Buffer.concat(chunks) : undefined;
      yield { ...listed, path, bytes: header.size ?? 0, content };
    }
  }
}

function describe(header: Header, hash: string): ListedPath | undefined {
  const { type, uid, gid, mode, linkname } = header;
  const facts = { uid, gid, mode: mode & 0o777 };
  if (type === 'directory') return { ...facts, state: directoryState };
  if (type === 'symlink') return { ...facts, state: linkState(linkname ?? '') };
  return type === 'file' ? { ...facts, state: hashedState(hash, (mode & 0o100) !== 0) } : undefined;
}
