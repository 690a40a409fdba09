import { setImmediate as yieldToEvents } from 'node:timers/promises';
import { lstatSync } from 'node:fs';
import { DjdevError } from '../errors/djdev-error.ts';
import { scanContext } from '../engine/build/inputs/scan-context.ts';
import { type HostItem, readHostItem, UnreadableFile } from './host-item.ts';
import type { PathState } from './path-state.ts';
import type { SyncMap } from './sync-map.ts';

/** A path that the map sends to the container, and what it is. */
export type HostSnapshot = ReadonlyMap<string, Omit<HostItem, 'content'>>;

interface Remembered {
  readonly signature: string;
  readonly state: PathState;
}

/** Clocks of file systems tick every few milliseconds: a younger file may change unseen. */
const racyMs = 50;
const filesPerTurn = 200;

/** The host's side of the sync: which paths there are, and what they hold. */
export class HostTree {
  readonly map: SyncMap;
  readonly #remembered = new Map<string, Remembered>();

  constructor(map: SyncMap) {
    this.map = map;
  }

  /** One path as it is now, with its content. Throws `UnreadableFile`. */
  read(path: string): HostItem | undefined {
    return readHostItem(this.map.context, path);
  }

  /**
   * Everything that is synced, by path. Only files that look different from the last walk are read;
   * those that cannot be read are told to `onUnreadable` and left out.
   * Throws `DJ-CONTEXT-UNREADABLE` when a directory cannot be read.
   */
  async walk(
    onUnreadable: (problem: UnreadableFile) => void,
    signal: AbortSignal,
  ): Promise<HostSnapshot> {
    const prunes = (path: string): boolean => this.map.prunes(path);
    const { context } = this.map;
    const entries = await scanContext(context, { ignores: prunes, prunes }, signal).catch(
      throwUnreadable,
    );
    const snapshot = new Map<string, Omit<HostItem, 'content'>>();
    let read = 0;
    for (const entry of entries) {
      const kind = entry.type === 'directory' ? 'directory' : 'file';
      if (this.map.fateOf(entry.path, kind).type !== 'sync') continue;
      try {
        const known = entry.type === 'file' ? this.#recall(entry.path) : undefined;
        const item = known ?? this.#read(entry.path);
        if (item) snapshot.set(item.path, item);
        if (known) continue;
      } catch (error) {
        if (!(error instanceof UnreadableFile)) throw error;
        onUnreadable(error);
      }
      read += 1;
      if (read % filesPerTurn === 0) await yieldToEvents(undefined, { signal });
    }
    return snapshot;
  }

  #recall(path: string): Omit<HostItem, 'content'> | undefined {
    const remembered = this.#remembered.get(path);
    const now = remembered && look(this.map.context, path);
    if (!now || now.signature !== remembered.signature) return undefined;
    const { mode, bytes } = now;
    return { path, kind: 'file', state: remembered.state, mode, bytes, linkTarget: undefined };
  }

  #read(path: string): Omit<HostItem, 'content'> | undefined {
    const before = look(this.map.context, path);
    const item = readHostItem(this.map.context, path);
    if (!item) return undefined;
    const { content: _, ...rest } = item;
    const after = look(this.map.context, path);
    if (before && after?.signature === before.signature && after.ctimeMs < Date.now() - racyMs) {
      this.#remembered.set(path, { signature: before.signature, state: item.state });
    } else this.#remembered.delete(path);
    return rest;
  }
}

/** A directory that cannot be read could hold anything. */
function throwUnreadable(cause: unknown): never {
  if (!(cause instanceof Error && 'code' in cause && 'path' in cause)) throw cause;
  throw new DjdevError('DJ-CONTEXT-UNREADABLE', {
    message: `${String(cause.path)} is to be kept in sync but cannot be read: ${String(cause.code)}.`,
    hint: 'Make it readable, or keep it out of the image with a line in .dockerignore.',
    location: { file: String(cause.path) },
    cause,
  });
}

function look(root: string, path: string) {
  const stats = lstatSync(`${root}/${path}`, { bigint: true, throwIfNoEntry: false });
  if (!stats?.isFile()) return undefined;
  const { size, mtimeNs, ctimeNs, ino, mode } = stats;
  return {
    signature: `${size} ${mtimeNs} ${ctimeNs} ${ino} ${mode}`,
    mode: Number(mode) & 0o777,
    bytes: Number(size),
    ctimeMs: Number(stats.ctimeMs),
  };
}
