import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { ContextEntry } from './scan-context.ts';

/**
 * What is known of a file's content from earlier: path → size, times, inode and the hash of the
 * content that was there when the file looked like this.
 */
export type FileHashes = Readonly<Record<string, KnownHash>>;

type KnownHash = readonly [
  bytes: number,
  mtimeMs: number,
  ctimeMs: number,
  inode: number,
  hash: string,
];

export interface HashedFiles {
  /** Path → hash of the content, for every file. */
  readonly hashes: ReadonlyMap<string, string>;
  /** What the next call may rely on. */
  readonly known: FileHashes;
  /** Whether `known` differs from what was passed in. */
  readonly isNews: boolean;
}

/**
 * A file that changed this shortly before it was read may change again without looking different:
 * clocks of file systems tick as slowly as every two seconds. Its hash is not kept.
 */
const racyMs = 2500;
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
    const hash = Object.hasOwn(known, file.path) ? readKnown(known[file.path], file) : undefined;
    if (hash === undefined) unread.push(file);
    else {
      hashes.set(file.path, hash);
      kept[file.path] = describe(file, hash);
    }
  }
  const isNews = unread.length > 0 || Object.keys(known).length !== files.length;
  const readNext = async (): Promise<void> => {
    for (let file = unread.pop(); file; file = unread.pop()) {
      signal.throwIfAborted();
      const startedMs = Date.now();
      const hash = await hashFile(`${root}/${file.path}`, file.bytes);
      hashes.set(file.path, hash);
      if (file.ctimeMs < startedMs - racyMs) kept[file.path] = describe(file, hash);
    }
  };
  await Promise.all(Array.from({ length: filesAtOnce }, readNext));
  return { hashes, known: kept, isNews };
}

function describe(file: ContextEntry, hash: string): KnownHash {
  return [file.bytes, file.mtimeMs, file.ctimeMs, file.inode, hash];
}

function readKnown(known: KnownHash | undefined, file: ContextEntry): string | undefined {
  if (!known) return undefined;
  const [bytes, mtimeMs, ctimeMs, inode, hash] = known;
  const isSame =
    bytes === file.bytes &&
    mtimeMs === file.mtimeMs &&
    ctimeMs === file.ctimeMs &&
    inode === file.inode;
  return isSame ? hash : undefined;
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
