import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type FileHashes, knowHash, type KnownHash, recallHash } from './known-hash.ts';
import type { ContextEntry } from './scan-context.ts';

export interface HashedFiles {
  /** Path → hash of the content, for every file. */
  readonly hashes: ReadonlyMap<string, string>;
  /** What the next call may rely on. */
  readonly known: FileHashes;
  /** Whether `known` differs from what was passed in. */
  readonly isNews: boolean;
}

const streamBytes = 8 * 1024 * 1024;
const filesAtOnce = 8;

/** Hashes the files among `entries`, reading only those that look different from what is known. */
export async function hashFiles(
  root: string,
  entries: readonly ContextEntry[],
  known: FileHashes,
  signal: AbortSignal,
): Promise<HashedFiles> {
  const files = entries.filter((entry) => entry.type === 'file');
  const hashes = new Map<string, string>();
  const kept: Record<string, KnownHash> = {};
  const unread: ContextEntry[] = [];
  for (const file of files) {
    const earlier = Object.hasOwn(known, file.path) ? known[file.path] : undefined;
    const hash = recallHash(earlier, file);
    if (hash === undefined || earlier === undefined) unread.push(file);
    else {
      hashes.set(file.path, hash);
      kept[file.path] = earlier;
    }
  }
  const isNews = unread.length > 0 || Object.keys(known).length !== files.length;
  const readNext = async (): Promise<void> => {
    for (let file = unread.pop(); file; file = unread.pop()) {
      signal.throwIfAborted();
      const startedMs = Date.now();
      const hash = await hashFile(`${root}/${file.path}`, file.bytes);
      hashes.set(file.path, hash);
      const now = knowHash(file, hash, startedMs);
      if (now) kept[file.path] = now;
    }
  };
  await Promise.all(Array.from({ length: filesAtOnce }, readNext));
  return { hashes, known: kept, isNews };
}

/** A file that is gone by now hashes as empty: the look after the build notices the change. */
async function hashFile(file: string, bytes: number): Promise<string> {
  const hash = createHash('sha256');
  try {
    if (bytes > streamBytes) await pipeline(createReadStream(file), hash);
    else hash.update(await readFile(file));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  return hash.digest('base64url').slice(0, 32);
}
