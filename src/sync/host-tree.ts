import { lstatSync } from 'node:fs';
import { setImmediate as yieldToEvents } from 'node:timers/promises';
import { DjdevError } from '../errors/djdev-error.ts';
import {
  type FileHashes,
  knowHash,
  type KnownHash,
  recallHash,
} from '../engine/build/inputs/known-hash.ts';
import { type ContextEntry, scanContext } from '../engine/build/inputs/scan-context.ts';
import { type HostItem, readHostItem, UnreadableFile } from './host-item.ts';
import { directoryState, hashedState, hashOf, linkState } from './path-state.ts';
import type { SyncMap } from './sync-map.ts';

/** A path that the map sends to the container, and what it is. */
export type HostSnapshot = ReadonlyMap<string, Omit<HostItem, 'content'>>;

const filesPerTurn = 200;

/** The host's side of the sync: which paths there are, and what they hold. */
export class HostTree {
  readonly map: SyncMap;
  readonly #known: Map<string, KnownHash>;
  #built: [hostPath: string, containerPath: string][] = [];

  /** `known`: hashes that the build remembers of the same files. */
  constructor(map: SyncMap, known: FileHashes = {}) {
    this.map = map;
    this.#known = new Map(Object.entries(known));
  }

  /** One path as it is now, with its content. Throws `UnreadableFile`. */
  read(path: string): HostItem | undefined {
    return readHostItem(this.map.context, path);
  }

  /** Of the last walk: host and container path of files that a build brings and the sync does not. */
  get built(): readonly (readonly [hostPath: string, containerPath: string])[] {
    return this.#built;
  }

  /** Whether there is anything at a path, be it readable or not. */
  has(path: string): boolean {
    try {
      return lstatSync(`${this.map.context}/${path}`, { throwIfNoEntry: false }) !== undefined;
    } catch (error) {
      // A file has taken the place of its directory; anything else says nothing about it.
      return !(error instanceof Error && 'code' in error && error.code === 'ENOTDIR');
    }
  }

  /**
   * Everything that is synced, by path. Only files that look different from the last time are read;
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
    this.#built = [];
    let read = 0;
    for (const entry of entries) {
      const kind = entry.type === 'directory' ? 'directory' : 'file';
      const fate = this.map.fateOf(entry.path, kind);
      if (fate.type === 'rebuild' && fate.containerPath !== undefined) {
        this.#built.push([entry.path, fate.containerPath]);
      }
      if (fate.type !== 'sync') continue;
      const known = this.#recall(entry);
      if (known) {
        snapshot.set(entry.path, known);
        continue;
      }
      try {
        const item = this.#read(entry);
        if (item) snapshot.set(item.path, item);
      } catch (error) {
        if (!(error instanceof UnreadableFile)) throw error;
        onUnreadable(error);
      }
      read += 1;
      if (read % filesPerTurn === 0) await yieldToEvents(undefined, { signal });
    }
    return snapshot;
  }

  /** Without reading the file once more. */
  #recall(entry: ContextEntry): Omit<HostItem, 'content'> | undefined {
    const { path, type, bytes } = entry;
    const mode = entry.mode & 0o777;
    const rest = { path, mode, linkTarget: entry.linkTarget };
    if (type === 'directory') return { ...rest, kind: type, bytes: 0, state: directoryState };
    if (type === 'symlink') {
      return { ...rest, kind: type, bytes: 0, state: linkState(entry.linkTarget ?? '') };
    }
    const hash = recallHash(this.#known.get(path), entry);
    if (hash === undefined) return undefined;
    return { ...rest, kind: type, bytes, state: hashedState(hash, (mode & 0o100) !== 0) };
  }

  #read(entry: ContextEntry): Omit<HostItem, 'content'> | undefined {
    const startedMs = Date.now();
    const item = readHostItem(this.map.context, entry.path);
    if (!item) return undefined;
    const { content, ...rest } = item;
    // A write after the scan has left another time than the one that is remembered.
    const known = content && knowHash(entry, hashOf(item.state), startedMs);
    if (known) this.#known.set(entry.path, known);
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
