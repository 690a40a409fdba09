import type { ContextEntry } from './scan-context.ts';

/**
 * What is known of files' contents from earlier: path → size, times, inode and the hash of the
 * content that was there when the file looked like this.
 */
export type FileHashes = Readonly<Record<string, KnownHash>>;

export type KnownHash = readonly [
  bytes: number,
  mtimeMs: number,
  ctimeMs: number,
  inode: number,
  hash: string,
];

type FileLook = Pick<ContextEntry, 'bytes' | 'mtimeMs' | 'ctimeMs' | 'inode'>;

/**
 * A file that changed this shortly before it was read may change again without looking different:
 * clocks of file systems tick as slowly as every two seconds. Its hash is not kept.
 */
const racyMs = 2500;

/** What to keep of a file that was read at `startedMs`; `undefined` where it is too young for that. */
export function knowHash(file: FileLook, hash: string, startedMs: number): KnownHash | undefined {
  if (file.ctimeMs >= startedMs - racyMs) return undefined;
  return [file.bytes, file.mtimeMs, file.ctimeMs, file.inode, hash];
}

/** The hash of a file that looks as it did when it was read. */
export function recallHash(known: KnownHash | undefined, file: FileLook): string | undefined {
  if (!known) return undefined;
  const [bytes, mtimeMs, ctimeMs, inode, hash] = known;
  const isSame =
    bytes === file.bytes &&
    mtimeMs === file.mtimeMs &&
    ctimeMs === file.ctimeMs &&
    inode === file.inode;
  return isSame ? hash : undefined;
}
