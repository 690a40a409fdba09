import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  type BigIntStats,
} from 'node:fs';
import { directoryState, fileState, linkState, type PathState } from './path-state.ts';

/** A path of the host tree as it is now. */
export interface HostItem {
  /** Relative to the context. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'symlink';
  readonly state: PathState;
  /** Permission bits without setuid, setgid and sticky. */
  readonly mode: number;
  readonly bytes: number;
  readonly linkTarget: string | undefined;
  /** Where the caller asked for it, and it is a file. */
  readonly content: Buffer | undefined;
}

/** A file that its owner does not let us read, or that the disk does not give. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
  readonly path: string;
  readonly code: string;

  constructor(path: string, cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'EIO';
    super(`${path} cannot be read: ${code}.`, { cause });
    this.path = path;
    this.code = code;
  }
}

const readAttempts = 3;

/**
 * Reads one path; `undefined` when there is nothing, or no file, directory or symlink. A file that
 * changes while it is read is read again. Throws `UnreadableFile`.
 *
 * The calls are the synchronous ones: for a file of 2 KB the thread pool takes longer than the read.
 */
export function readHostItem(root: string, path: string): HostItem | undefined {
  const absolute = `${root}/${path}`;
  try {
    const stats = lstatSync(absolute, { bigint: true, throwIfNoEntry: false });
    if (!stats) return undefined;
    const mode = Number(stats.mode) & 0o777;
    if (stats.isSymbolicLink()) {
      const linkTarget = readlinkSync(absolute);
      const state = linkState(linkTarget);
      return { path, kind: 'symlink', state, mode, bytes: 0, linkTarget, content: undefined };
    }
    if (stats.isDirectory()) {
      const empty = { bytes: 0, linkTarget: undefined, content: undefined };
      return { path, kind: 'directory', state: directoryState, mode, ...empty };
    }
    if (!stats.isFile()) return undefined;
    const content = readSettled(absolute);
    const state = fileState(content, (mode & 0o100) !== 0);
    return {
      path,
      kind: 'file',
      state,
      mode,
      bytes: content.length,
      linkTarget: undefined,
      content,
    };
  } catch (error) {
    // It may go, or become something else, between two looks: the next event tells.
    if (isGone(error)) return undefined;
    throw new UnreadableFile(path, error);
  }
}

/** The content of one moment, where the file holds still for as long as a read takes. */
function readSettled(absolute: string): Buffer {
  const file = openSync(absolute, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    let before = fstatSync(file, { bigint: true });
    for (let attempt = 1; ; attempt += 1) {
      const content = readFileSync(attempt === 1 ? file : absolute);
      const after = fstatSync(file, { bigint: true });
      if (isSame(before, after) || attempt === readAttempts) return content;
      before = after;
    }
  } finally {
    closeSync(file);
  }
}

function isSame(one: BigIntStats, other: BigIntStats): boolean {
  return one.size === other.size && one.mtimeNs === other.mtimeNs && one.ctimeNs === other.ctimeNs;
}

function isGone(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error)) return false;
  return ['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP'].includes(String(error.code));
}
