import { DjdevError } from '../errors/djdev-error.ts';
import { AgentConnection, AgentEnded } from './agent-connection.ts';
import { bringBack } from './bring-back.ts';
import { ChangeQueue, type QueuedChanges } from './change-queue.ts';
import { connectTransport } from './connect-transport.ts';
import { explainPathError } from './explain-path-error.ts';
import { type HostItem, UnreadableFile } from './host-item.ts';
import type { HostSnapshot } from './host-tree.ts';
import { KnownPaths } from './known-paths.ts';
import { planGone } from './plan-gone.ts';
import {
  deleteOperation,
  orderOperations,
  type PlannedOperation,
  planPath,
} from './plan-operations.ts';
import type { SyncOptions } from './start-sync.ts';
import { SyncManifest } from './sync-manifest.ts';
import type { ApplyResult, Transport } from './transport.ts';

/** Small enough that the stream takes a piece of usual files at once, while the next one is read. */
const pieceOperations = 64;
/** So many changes at once may overflow the kernel's queue, which nobody reports: look again. */
const burstPaths = 200;
const settleMs = 500;
const reconnectMs = 100;
const truncatedMs = 5;

/** One container kept equal to the host tree; see `startSync`. */
export class SyncSession {
  readonly #options: SyncOptions;
  readonly #signal: AbortSignal;
  readonly #queue = new ChangeQueue();
  readonly #manifest = new SyncManifest();
  readonly #connected = Promise.withResolvers<void>();
  #known: KnownPaths | undefined;
  #isBusy = false;
  #verifiesAt = 0;

  constructor(options: SyncOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    this.#connected.promise.catch(() => {});
  }

  get queue(): ChangeQueue {
    return this.#queue;
  }

  /** Resolves once the container has had everything for the first time. */
  get connected(): Promise<void> {
    return this.#connected.promise;
  }

  get isQuiet(): boolean {
    return !this.#isBusy && this.#queue.isEmpty && this.#verifiesAt === 0;
  }

  /** Until the signal aborts: connect, send the difference, send what changes, connect again. */
  async run(): Promise<void> {
    for (;;) {
      try {
        await this.#serve();
      } catch (error) {
        if (this.#signal.aborted) break;
        this.#interrupted(error);
      }
      if (this.#signal.aborted) break;
      await this.#options.clock.sleep(reconnectMs, this.#signal).catch(() => {});
    }
    this.#connected.reject(this.#signal.reason);
    await this.#known?.save();
  }

  async #serve(): Promise<void> {
    const { engine, container } = this.#options;
    const facts = await engine.inspectContainer(container, this.#signal);
    if (!facts?.running) return;
    this.#isBusy = true;
    try {
      await using transport = await connectTransport(
        engine,
        container,
        {
          onChanged: (entries, isIncomplete) => {
            this.#queue.addReturned(entries);
            if (isIncomplete) this.#queue.addEverything();
          },
        },
        { roots: this.#options.tree.map.roots, clock: this.#options.clock },
        this.#signal,
      );
      const signal = AbortSignal.any([this.#signal, transport.ended]);
      const directory = this.#options.stateDirectory;
      const { context } = this.#options.tree.map;
      this.#known = await KnownPaths.read(directory, context, facts.imageId ?? container);
      await this.#sendDifference(transport, signal);
      this.#connected.resolve();
      for (;;) {
        this.#isBusy = false;
        const changes = await this.#queue.next(signal);
        this.#isBusy = true;
        await this.#handle(changes, transport, signal);
      }
    } finally {
      this.#isBusy = false;
    }
  }

  #interrupted(error: unknown): void {
    // Anything but an ended stream or an engine that does not answer is a bug and must be heard.
    if (!(error instanceof AgentEnded) && !(error instanceof DjdevError)) {
      this.#connected.reject(error);
      throw error;
    }
    const { emit, container } = this.#options;
    emit({ type: 'sync-interrupted', container, message: error.message });
  }

  /** Both trees are compared by content; what the container has gives way. */
  async #sendDifference(transport: Transport, signal: AbortSignal): Promise<void> {
    const { clock, container, emit, tree } = this.#options;
    const startedMs = clock.monotonicMs();
    const snapshot = await this.#walk(signal);
    this.#manifest.clear();
    const operations = orderOperations(
      [...snapshot.values()].flatMap((item) =>
        planPath(item.path, item, { map: tree.map, manifest: this.#manifest, force: true }),
      ),
    );
    const wantedPaths = new Set(operations.map((operation) => operation.path));
    const gone = planGone(this.#known ?? [], snapshot, tree.map).filter(
      ({ path }) => !wantedPaths.has(path),
    );
    const all = [...gone, ...operations];
    const different = await transport.compare(
      all.map(({ path, state, hostPath }) => {
        return { path, state, bytes: snapshot.get(hostPath)?.bytes ?? 0 };
      }),
      signal,
    );
    const differs = new Map(different.map((item) => [item.path, item.state]));
    for (const { hostPath, path, state } of operations) {
      this.#known?.add(hostPath);
      if (!differs.has(path) && state !== null) {
        this.#manifest.set({ hostPath, containerPath: path, state });
      }
    }
    const toSend = all.filter(({ path }) => differs.has(path));
    const result = await this.#send(splitPieces(orderOperations(toSend)), transport, signal);
    if (transport instanceof AgentConnection) await this.#watchContainer(transport, signal);
    await this.#known?.save();
    emit({
      type: 'sync-connected',
      container,
      way: transport.type,
      files: snapshot.size,
      sent: result.sent.length,
      deletes: result.deleted.length,
      containerPaths: result.containerPaths,
      ms: clock.monotonicMs() - startedMs,
    });
  }

  async #watchContainer(agent: AgentConnection, signal: AbortSignal): Promise<void> {
    const { tree, container, emit, exclude = [] } = this.#options;
    const roots = tree.map.roots.filter((root) => root !== '/');
    const found = await agent.listDirectories(roots, signal);
    const known = [...this.#manifest.all()].flatMap((entry) =>
      entry.state === 'dir' ? [entry.containerPath] : [],
    );
    const directories = [...new Set([...found, ...known])].filter((directory) => {
      if (exclude.some((item) => directory === item || directory.startsWith(`${item}/`)))
        return false;
      const hostPath = tree.map.hostPathOf(directory);
      return hostPath === undefined || !tree.map.prunes(hostPath);
    });
    const problem = await agent.watch(directories, signal);
    if (!problem) return;
    emit({
      type: 'sync-failed',
      container,
      paths: [],
      message: `Files made in the container do not come back: ${problem.message}.`,
      hint: 'On the machine of the engine, raise fs.inotify.max_user_watches and fs.inotify.max_user_instances.',
    });
  }

  async #handle(changes: QueuedChanges, transport: Transport, signal: AbortSignal): Promise<void> {
    if (changes.returned.size > 0 && transport instanceof AgentConnection) {
      await this.#takeBack(changes, transport, signal);
    }
    if (changes.hostPaths.size > burstPaths) this.#verifyLater();
    const { clock, tree } = this.#options;
    const startedMs = clock.monotonicMs();
    const context = { map: tree.map, manifest: this.#manifest };
    if (changes.everything) {
      const snapshot = await this.#walk(signal);
      const gone = [...this.#manifest.all()]
        .filter((entry) => !snapshot.has(entry.hostPath))
        .map((entry) => deleteOperation(entry.hostPath, entry.containerPath, entry.state));
      const puts = [...snapshot.values()].flatMap((item) => planPath(item.path, item, context));
      const waiting = [...gone, ...puts].filter(({ path }) => !this.#manifest.conflicted.has(path));
      await this.#apply(splitPieces(orderOperations(waiting)), startedMs, transport, signal);
    } else if (changes.hostPaths.size > 0) {
      const replaced = [...changes.hostDirectories].flatMap((path) =>
        this.#manifest.below(path).map((entry) => entry.hostPath),
      );
      const paths = [...new Set([...changes.hostPaths, ...replaced])];
      if (paths.length < pieceOperations && paths.some((path) => this.#isBeingWritten(path))) {
        await clock.sleep(truncatedMs, signal);
      }
      await this.#apply(this.#readPieces(paths), startedMs, transport, signal);
    }
  }

  *#readPieces(paths: readonly string[]): Generator<readonly PlannedOperation[]> {
    const context = { map: this.#options.tree.map, manifest: this.#manifest };
    for (const piece of splitPieces(paths)) {
      const operations = piece.flatMap((path) => {
        const item = this.#read(path);
        return item === 'unreadable' ? [] : planPath(path, item, context);
      });
      // A path may come twice, for itself and for its directory.
      yield [...new Map(operations.map((item) => [`${item.type} ${item.path}`, item])).values()];
    }
  }

  /** Writers that empty a file before they fill it are caught between the two, now and then. */
  #isBeingWritten(path: string): boolean {
    const agreed = this.#manifest.at(path);
    if (!agreed.some(({ state }) => state.startsWith('file'))) return false;
    const item = this.#read(path);
    return item !== 'unreadable' && item?.kind === 'file' && item.bytes === 0;
  }

  async #apply(
    pieces: Iterable<readonly PlannedOperation[]>,
    startedMs: number,
    transport: Transport,
    signal: AbortSignal,
  ): Promise<void> {
    const done = await this.#send(pieces, transport, signal);
    const { sent, deleted, containerPaths, bytes, syntax, signalled } = done;
    await this.#known?.save();
    if (sent.length + deleted.length === 0) return;
    const { clock, container, emit } = this.#options;
    emit({
      type: 'sync-applied',
      container,
      paths: [...new Set(sent)],
      deletes: [...new Set(deleted)],
      containerPaths,
      bytes,
      ms: clock.monotonicMs() - startedMs,
      syntax,
      signalled,
    });
  }

  /**
   * Sends piece by piece: while the container writes one, the next is read. `pieces` is asked for
   * the next one no sooner, so that no more is held in memory than it must.
   */
  async #send(
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
    const item = this.#read(operation.hostPath);
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
      if (now === null) this.#manifest.delete(path);
      else this.#manifest.set({ hostPath, containerPath: path, state: now });
      if (isConflict) this.#conflict(path, hostPath);
      else this.#manifest.conflicted.delete(path);
      if (isConflict) continue;
      if (type !== 'delete') this.#known?.add(hostPath);
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

  async #takeBack(
    changes: QueuedChanges,
    agent: AgentConnection,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, container, emit, exclude = [], tree } = this.#options;
    const startedMs = clock.monotonicMs();
    const surroundings = { tree, manifest: this.#manifest, exclude };
    const back = await bringBack(changes.returned.values(), surroundings, agent, signal);
    for (const path of back.conflicts) this.#conflict(path, path);
    for (const { path, message } of back.failures) {
      const hint = 'Check that you may write there, then copy the file by hand.';
      emit({ type: 'sync-failed', container, paths: [path], message, hint });
    }
    for (const path of back.paths) this.#known?.add(path);
    const { paths, deletes } = back;
    if (paths.length + deletes.length === 0) return;
    await this.#known?.save();
    emit({ type: 'sync-returned', container, paths, deletes, ms: clock.monotonicMs() - startedMs });
  }

  #conflict(containerPath: string, path: string): void {
    this.#manifest.conflicted.add(containerPath);
    const { container, emit } = this.#options;
    const message = `${path} was changed here and in the container at once. Neither was overwritten; save it here to send your version.`;
    emit({ type: 'sync-conflicted', container, path, message });
  }

  async #walk(signal: AbortSignal): Promise<HostSnapshot> {
    return await this.#options.tree.walk((problem) => this.#unreadable(problem), signal);
  }

  #read(path: string): HostItem | undefined | 'unreadable' {
    try {
      return this.#options.tree.read(path);
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      this.#unreadable(error);
      return 'unreadable';
    }
  }

  #unreadable({ path, message }: UnreadableFile): void {
    const hint = 'Make it readable, or keep it out of the image with a line in .dockerignore.';
    const { container, emit } = this.#options;
    emit({ type: 'sync-failed', container, paths: [path], message, hint });
  }

  /** Once the burst is over, everything is compared: what the kernel dropped is found then. */
  #verifyLater(): void {
    const { clock } = this.#options;
    const isWaiting = this.#verifiesAt > 0;
    this.#verifiesAt = clock.monotonicMs() + settleMs;
    if (isWaiting) return;
    const wait = async (): Promise<void> => {
      for (;;) {
        const leftMs = this.#verifiesAt - clock.monotonicMs();
        if (leftMs <= 0) break;
        await clock.sleep(leftMs, this.#signal);
      }
      this.#queue.addEverything();
      this.#verifiesAt = 0;
    };
    // Ends with the sync; then nobody waits for it.
    wait().catch(() => {});
  }
}

interface Sent {
  readonly sent: string[];
  readonly deleted: string[];
  readonly containerPaths: string[];
  bytes: number;
  readonly syntax: ApplyResult['syntax'][number][];
  isBroken: boolean;
  signalled: boolean;
}

/** Lists of so many operations; deletes come first in the whole, and keep their order. */
function* splitPieces<T>(operations: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < operations.length; start += pieceOperations) {
    yield operations.slice(start, start + pieceOperations);
  }
}
