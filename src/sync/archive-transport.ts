import { posix } from 'node:path';
import { pack } from 'tar-stream';
import type { Clock } from '../context/clock.ts';
import type { Engine } from '../engine/engine.ts';
import { type ListedPath, listContainer } from './container-listing.ts';
import { directoryState, isMadeExecutable } from './path-state.ts';
import {
  type ApplyResult,
  type BatchSignal,
  type DifferentPath,
  type PathError,
  type SyncOperation,
  type Transport,
  TransportEnded,
  type WantedPath,
} from './transport.ts';

/** Which container, and how it is known. */
export interface ArchiveOptions {
  readonly engine: Engine;
  readonly container: string;
  readonly roots: readonly string[];
  readonly clock: Clock;
  /** What the container holds, where that is known: a container that has not run yet. */
  readonly listing?: ReadonlyMap<string, ListedPath>;
}

/**
 * The engine's archive API, for images without Python and for containers that do not run. Not
 * atomic, deaf to what happens in the container, and without deletes unless the image has `rm`.
 */
export class ArchiveTransport implements Transport {
  readonly type = 'archive';
  readonly ended: AbortSignal;
  readonly #engine: Engine;
  readonly #container: string;
  readonly #roots: readonly string[];
  readonly #clock: Clock;
  readonly #ending = new AbortController();
  readonly #listed: Map<string, ListedPath>;
  /** It is stopped and stays so, and nobody else changes it. */
  readonly #isListed: boolean;

  constructor({ engine, container, roots, clock, listing }: ArchiveOptions) {
    this.#engine = engine;
    this.#container = container;
    this.#roots = roots;
    this.#clock = clock;
    this.ended = this.#ending.signal;
    this.#listed = new Map(listing);
    this.#isListed = listing !== undefined;
    if (!this.#isListed) void this.#watchEnd();
  }

  async compare(
    wanted: readonly WantedPath[],
    signal: AbortSignal,
  ): Promise<readonly DifferentPath[]> {
    if (!this.#isListed) {
      this.#listed.clear();
      const wishes = { roots: listingRoots(this.#roots, wanted) };
      for await (const found of listContainer(this.#engine, this.#container, wishes, signal)) {
        this.#listed.set(found.path, found);
      }
    }
    return wanted.flatMap(({ path, state }) => {
      const current = this.#listed.get(path)?.state ?? null;
      return current === state || isMadeExecutable(state, current)
        ? []
        : [{ path, state: current }];
    });
  }

  async apply(
    operations: readonly SyncOperation[],
    _: BatchSignal | undefined,
    signal: AbortSignal,
  ): Promise<ApplyResult> {
    const gone = operations.filter((item) => item.type === 'delete' && this.#listed.has(item.path));
    const inTheWay = operations.filter((item) => this.#changesType(item));
    const errors = await this.#remove([...gone, ...inTheWay], signal);
    const puts = operations.filter((item) => item.type !== 'delete');
    if (puts.length > 0) {
      const archive = await this.#pack(puts);
      await this.#engine.putArchive(this.#container, '/', archive, signal);
    }
    for (const item of puts) this.#remember(item);
    return { errors, conflicts: [], syntax: [], signalled: false };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort(new TransportEnded());
  }

  #changesType({ type, path }: SyncOperation): boolean {
    const listed = this.#listed.get(path)?.state;
    if (listed === undefined || type === 'delete') return false;
    return (listed === directoryState) !== (type === 'dir');
  }

  async #remove(
    operations: readonly SyncOperation[],
    signal: AbortSignal,
  ): Promise<readonly PathError[]> {
    const isDirectory = ({ path }: SyncOperation): boolean =>
      this.#listed.get(path)?.state === directoryState;
    const files = operations.filter((item) => !isDirectory(item)).map((item) => item.path);
    const directories = operations.filter(isDirectory).map((item) => item.path);
    if (files.length + directories.length === 0) return [];
    try {
      const run = async (command: readonly string[], paths: readonly string[]): Promise<void> => {
        if (paths.length === 0) return;
        const request = { command: [...command, ...paths], user: '0:0' };
        await this.#engine.execToEnd(this.#container, request, signal);
      };
      await run(['rm', '-f', '--'], files);
      await run(['rmdir', '--'], directories);
      for (const { path } of operations) this.#listed.delete(path);
      return [];
    } catch (error) {
      signal.throwIfAborted();
      const message = `the image has neither Python nor rm (${error instanceof Error ? error.message : ''})`;
      return operations.map(({ path }) => ({ path, code: 'ENODELETE', message }));
    }
  }

  async #pack(operations: readonly SyncOperation[]): Promise<Buffer> {
    const archive = pack();
    const nowMs = this.#clock.now();
    for (const operation of operations) {
      // A directory that is there would get another mode and owner.
      if (operation.type === 'dir' && this.#listed.has(operation.path)) continue;
      const owner = this.#ownerOf(operation);
      const header = {
        name: operation.path.slice(1),
        mtime: new Date(nowMs),
        pax: { mtime: (nowMs / 1000).toFixed(3) },
        ...owner,
        mode: this.#modeOf(operation),
      };
      if (operation.type === 'dir') archive.entry({ ...header, type: 'directory' });
      else if (operation.type === 'link') {
        archive.entry({ ...header, type: 'symlink', linkname: operation.linkTarget ?? '' });
      } else archive.entry(header, operation.content ?? Buffer.alloc(0));
    }
    archive.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of archive) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  /** Of the replaced path, else --chown where it is a number, else of the directory. */
  #ownerOf({ path, owner }: SyncOperation): { uid: number; gid: number } {
    const [, user, group] = /^(\d+)(?::(\d+))?$/.exec(owner ?? '') ?? [];
    const given =
      user === undefined ? undefined : { uid: Number(user), gid: Number(group ?? user) };
    const own = this.#listed.get(path);
    const { uid, gid } = own ??
      given ??
      this.#listed.get(posix.dirname(path)) ?? { uid: 0, gid: 0 };
    return { uid, gid };
  }

  /** A right to execute goes where the host had it: what a RUN gave stays. */
  #modeOf({ path, mode, chmod, base }: SyncOperation): number {
    const replaced = this.#listed.get(path)?.mode;
    if (chmod !== undefined) return chmod;
    if (replaced === undefined) return mode;
    if ((mode & 0o111) !== 0) return replaced | ((replaced & 0o444) >> 2);
    return base?.endsWith(' x') ? replaced & ~0o111 : replaced;
  }

  #remember(operation: SyncOperation): void {
    const owner = this.#ownerOf(operation);
    const mode = this.#modeOf(operation);
    if (operation.state !== null) {
      this.#listed.set(operation.path, { state: operation.state, mode, ...owner });
    }
  }

  /** Without a stream of its own it asks whether the container still runs. */
  async #watchEnd(): Promise<void> {
    try {
      for (;;) {
        await this.#clock.sleep(500, this.ended);
        const facts = await this.#engine.inspectContainer(this.#container, this.ended);
        if (!facts?.running) break;
      }
    } catch {
      // Closed, or the engine is gone: the end either way.
    }
    this.#ending.abort(new TransportEnded());
  }
}

/** The whole file system is not listed: of `/` only what the host has at its top. */
export function listingRoots(
  roots: readonly string[],
  wanted: Iterable<{ readonly path: string }>,
): readonly string[] {
  if (!roots.includes('/')) return roots;
  return [...new Set([...wanted].map(({ path }) => `/${path.split('/')[1] ?? ''}`))].sort();
}
