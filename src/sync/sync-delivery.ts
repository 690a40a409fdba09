import { explainPathError } from './explain-path-error.ts';
import { type HostItem, UnreadableFile } from './host-item.ts';
import type { KnownPaths } from './known-paths.ts';
import { orderOperations, type PlannedOperation, planPath } from './plan-operations.ts';
import type { SessionOptions } from './start-sync.ts';
import { SyncManifest } from './sync-manifest.ts';
import { explainConflictOf } from './tell-brought-back.ts';
import type { ApplyResult, Transport } from './transport.ts';

/** Small enough that the stream takes a piece of usual files at once, while the next one is read. */
export const pieceOperations = 64;

/** What of a batch arrived; paths are the host's where nothing else is said. */
export interface Sent {
  readonly sent: string[];
  readonly deleted: string[];
  readonly containerPaths: string[];
  bytes: number;
  readonly syntax: ApplyResult['syntax'][number][];
  isBroken: boolean;
  signalled: boolean;
}

/** Sends operations to one container, keeps the books and tells what did not work. */
export class SyncDelivery {
  readonly manifest: SyncManifest;
  /** What the container has of files that a build brings, by its path: their base for the way back. */
  readonly built: Map<string, string>;
  /** Set with each connection: the container may be of another image then. */
  known: KnownPaths | undefined;
  readonly #options: SessionOptions;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.manifest = options.agreed?.manifest ?? new SyncManifest();
    this.built = new Map(options.agreed?.containerOnly);
  }

  /**
   * Sends piece by piece: while the container writes one, the next is read. `pieces` is asked for
   * the next one no sooner, so that no more is held in memory than it must.
   */
  async send(
    pieces: Iterable<readonly PlannedOperation[]>,
    transport: Transport,
    signal: AbortSignal,
  ): Promise<Sent> {
    const total: Sent = {
      sent: [],
      deleted: [],
      containerPaths: [],
      bytes: 0,
      syntax: [],
      isBroken: false,
      signalled: false,
    };
    let writing = Promise.resolve();
    let waiting: readonly PlannedOperation[] = [];
    const flush = async (isLast: boolean): Promise<void> => {
      const piece = waiting;
      await writing;
      const paths = [...total.sent, ...total.deleted, ...piece.map((item) => item.hostPath)];
      const wantsSignal = isLast && !total.isBroken;
      const batchSignal = wantsSignal ? this.#options.signalFor?.(paths) : undefined;
      writing = transport
        .apply(piece, batchSignal, signal)
        .then((result) => this.#settle(piece, result, total));
      // Heard at the next `await writing`.
      writing.catch(() => {});
    };
    for (const operations of pieces) {
      if (waiting.length > 0) await flush(false);
      waiting = orderOperations(operations).flatMap((operation) =>
        operation.type === 'file' ? this.#withContent(operation) : [operation],
      );
    }
    if (waiting.length > 0) await flush(true);
    await writing;
    return total;
  }

  /** The content of now; an operation that came from a walk has none yet. */
  #withContent(operation: PlannedOperation): readonly PlannedOperation[] {
    if (operation.content) return [operation];
    const item = this.read(operation.hostPath);
    // What it has become meanwhile comes with an event of its own.
    if (item === 'unreadable' || item?.kind !== 'file') return [];
    const { state, mode, content } = item;
    return [{ ...operation, state, mode, content }];
  }

  /** Writes down what both sides have now, and tells what did not work. */
  #settle(piece: readonly PlannedOperation[], result: ApplyResult, total: Sent): void {
    const failed = new Set(result.errors.map((error) => error.path));
    const conflicts = new Map(result.conflicts.map((item) => [item.path, item.state]));
    const hostPaths = new Map(piece.map((item) => [item.path, item.hostPath]));
    total.isBroken ||= result.errors.length + result.syntax.length > 0;
    for (const { type, path, hostPath, state, content } of piece) {
      if (failed.has(path)) continue;
      const isConflict = conflicts.has(path);
      const now = isConflict ? (conflicts.get(path) ?? null) : state;
      if (now === null) this.manifest.delete(path);
      else this.manifest.set({ hostPath, containerPath: path, state: now });
      if (isConflict) this.conflict(path, hostPath);
      else this.manifest.conflicted.delete(path);
      if (isConflict) continue;
      if (type !== 'delete') this.known?.add(hostPath);
      total.containerPaths.push(path);
      total.bytes += content?.length ?? 0;
      (type === 'delete' ? total.deleted : total.sent).push(hostPath);
    }
    total.syntax.push(
      ...result.syntax.map((item) => ({ ...item, path: hostPaths.get(item.path) ?? item.path })),
    );
    total.signalled = result.signalled;
    this.#tellErrors(result, hostPaths);
  }

  /** One message for all paths that failed for one reason. */
  #tellErrors(result: ApplyResult, hostPaths: ReadonlyMap<string, string>): void {
    const { container, emit } = this.#options;
    const byCode = Map.groupBy(result.errors, (error) => error.code);
    for (const errors of byCode.values()) {
      const [first] = errors;
      if (!first) continue;
      const paths = errors.map((error) => hostPaths.get(error.path) ?? error.path);
      emit({ type: 'sync-failed', container, paths, ...explainPathError(first) });
    }
  }

  /** Told once; the next save on the host goes over the container's version. */
  conflict(containerPath: string, path: string): void {
    this.manifest.conflicted.add(containerPath);
    const { container, emit } = this.#options;
    emit({ type: 'sync-conflicted', container, path, message: explainConflictOf(path) });
  }

  /** Reads host paths as they are now, piece by piece, and what they ask of the container. */
  *readPieces(paths: readonly string[]): Generator<readonly PlannedOperation[]> {
    const context = { map: this.#options.tree.map, manifest: this.manifest };
    for (const piece of splitPieces(paths)) {
      const operations = piece.flatMap((path) => {
        const item = this.read(path);
        return item === 'unreadable' ? [] : planPath(path, item, context);
      });
      // A path may come twice, for itself and for its directory.
      yield [...new Map(operations.map((item) => [`${item.type} ${item.path}`, item])).values()];
    }
  }

  /** Writers that empty a file before they fill it are caught between the two, now and then. */
  isBeingWritten(path: string): boolean {
    const agreed = this.manifest.at(path);
    if (!agreed.some(({ state }) => state.startsWith('file'))) return false;
    const item = this.read(path);
    return item !== 'unreadable' && item?.kind === 'file' && item.bytes === 0;
  }

  /** `unreadable` has been told already. */
  read(path: string): HostItem | undefined | 'unreadable' {
    try {
      return this.#options.tree.read(path);
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      this.unreadable(error);
      return 'unreadable';
    }
  }

  unreadable({ path, message }: UnreadableFile): void {
    const hint = 'Make it readable, or keep it out of the image with a line in .dockerignore.';
    const { container, emit } = this.#options;
    emit({ type: 'sync-failed', container, paths: [path], message, hint });
  }
}

/** Lists of so many operations; deletes come first in the whole, and keep their order. */
export function* splitPieces<T>(operations: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < operations.length; start += pieceOperations) {
    yield operations.slice(start, start + pieceOperations);
  }
}
