import { DjdevError } from '../errors/djdev-error.ts';
import { AgentConnection } from './agent-connection.ts';
import { bringBack } from './bring-back.ts';
import { ChangeQueue, type QueuedChanges } from './change-queue.ts';
import { connectTransport } from './connect-transport.ts';
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
import { pieceOperations, splitPieces, SyncDelivery } from './sync-delivery.ts';
import { type Transport, TransportEnded } from './transport.ts';
import { watchContainer } from './watch-container.ts';

/** So many changes at once may overflow the kernel's queue, which nobody reports: look again. */
const burstPaths = 200;
const settleMs = 500;
const shortestPauseMs = 100;
const longestPauseMs = 2000;
const truncatedMs = 5;

/** One container kept equal to the host tree; see `startSync`. */
export class SyncSession {
  readonly #options: SyncOptions;
  readonly #signal: AbortSignal;
  readonly #queue = new ChangeQueue();
  readonly #delivery: SyncDelivery;
  readonly #connected = Promise.withResolvers<void>();
  #isBusy = false;
  #verifiesAt = 0;

  constructor(options: SyncOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    this.#delivery = new SyncDelivery(options);
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
    let pauseMs = shortestPauseMs;
    for (;;) {
      try {
        if (await this.#serve()) pauseMs = shortestPauseMs;
      } catch (error) {
        if (this.#signal.aborted) break;
        this.#interrupted(error);
        pauseMs = error instanceof TransportEnded ? shortestPauseMs : pauseMs * 2;
      }
      if (this.#signal.aborted) break;
      pauseMs = Math.min(pauseMs, longestPauseMs);
      await this.#options.clock.sleep(pauseMs, this.#signal).catch(() => {});
    }
    this.#connected.reject(this.#signal.reason);
    await this.#delivery.known?.save();
  }

  /** Answers `false` when the container does not run. */
  async #serve(): Promise<boolean> {
    const { engine, container } = this.#options;
    const facts = await engine.inspectContainer(container, this.#signal);
    if (!facts?.running) return false;
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
      this.#delivery.known = await KnownPaths.read(directory, context, facts.imageId ?? container);
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
    const isExpected = error instanceof TransportEnded || error instanceof DjdevError;
    // What is wrong with the project stays so; anything unexpected is a bug and must be heard.
    if (!isExpected || (error instanceof DjdevError && error.exitCode === 2)) {
      this.#connected.reject(error);
      throw error;
    }
    const { emit, container } = this.#options;
    emit({ type: 'sync-interrupted', container, message: error.message });
  }

  /** Both trees are compared by content; what the container has gives way. */
  async #sendDifference(transport: Transport, signal: AbortSignal): Promise<void> {
    const { clock, container, emit, exclude = [], tree } = this.#options;
    const startedMs = clock.monotonicMs();
    const snapshot = await this.#walk(signal);
    this.#delivery.manifest.clear();
    const operations = orderOperations(
      [...snapshot.values()].flatMap((item) =>
        planPath(item.path, item, {
          map: tree.map,
          manifest: this.#delivery.manifest,
          force: true,
        }),
      ),
    );
    const wantedPaths = new Set(operations.map((operation) => operation.path));
    const gone = planGone(this.#delivery.known ?? [], snapshot, tree.map).filter(
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
      this.#delivery.known?.add(hostPath);
      if (!differs.has(path) && state !== null) {
        this.#delivery.manifest.set({ hostPath, containerPath: path, state });
      }
    }
    const toSend = all.filter(({ path }) => differs.has(path));
    const result = await this.#delivery.send(
      splitPieces(orderOperations(toSend)),
      transport,
      signal,
    );
    if (transport instanceof AgentConnection) {
      const { manifest } = this.#delivery;
      const surroundings = { map: tree.map, manifest, exclude };
      const problem = await watchContainer(transport, container, surroundings, signal);
      if (problem) emit(problem);
    }
    await this.#delivery.known?.save();
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

  async #handle(changes: QueuedChanges, transport: Transport, signal: AbortSignal): Promise<void> {
    if (changes.returned.size > 0 && transport instanceof AgentConnection) {
      await this.#takeBack(changes, transport, signal);
    }
    if (changes.hostPaths.size > burstPaths) this.#verifyLater();
    const { clock, tree } = this.#options;
    const startedMs = clock.monotonicMs();
    const context = { map: tree.map, manifest: this.#delivery.manifest };
    if (changes.everything) {
      const snapshot = await this.#walk(signal);
      const gone = [...this.#delivery.manifest.all()]
        .filter((entry) => !snapshot.has(entry.hostPath))
        .map((entry) => deleteOperation(entry.hostPath, entry.containerPath, entry.state));
      const puts = [...snapshot.values()].flatMap((item) => planPath(item.path, item, context));
      const waiting = [...gone, ...puts].filter(
        ({ path }) => !this.#delivery.manifest.conflicted.has(path),
      );
      await this.#apply(splitPieces(orderOperations(waiting)), startedMs, transport, signal);
    } else if (changes.hostPaths.size > 0) {
      const replaced = [...changes.hostDirectories].flatMap((path) =>
        this.#delivery.manifest.below(path).map((entry) => entry.hostPath),
      );
      const paths = [...new Set([...changes.hostPaths, ...replaced])];
      if (
        paths.length < pieceOperations &&
        paths.some((path) => this.#delivery.isBeingWritten(path))
      ) {
        await clock.sleep(truncatedMs, signal);
      }
      await this.#apply(this.#delivery.readPieces(paths), startedMs, transport, signal);
    }
  }

  async #apply(
    pieces: Iterable<readonly PlannedOperation[]>,
    startedMs: number,
    transport: Transport,
    signal: AbortSignal,
  ): Promise<void> {
    const done = await this.#delivery.send(pieces, transport, signal);
    const { sent, deleted, containerPaths, bytes, syntax, signalled } = done;
    await this.#delivery.known?.save();
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

  async #takeBack(
    changes: QueuedChanges,
    agent: AgentConnection,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, container, emit, exclude = [], tree } = this.#options;
    const startedMs = clock.monotonicMs();
    const surroundings = { tree, manifest: this.#delivery.manifest, exclude };
    const back = await bringBack(changes.returned.values(), surroundings, agent, signal);
    for (const path of back.conflicts) this.#delivery.conflict(path, path);
    for (const { path, message } of back.failures) {
      const hint = 'Check that you may write there, then copy the file by hand.';
      emit({ type: 'sync-failed', container, paths: [path], message, hint });
    }
    for (const path of back.paths) this.#delivery.known?.add(path);
    const { paths, deletes } = back;
    if (paths.length + deletes.length === 0) return;
    await this.#delivery.known?.save();
    emit({ type: 'sync-returned', container, paths, deletes, ms: clock.monotonicMs() - startedMs });
  }

  async #walk(signal: AbortSignal): Promise<HostSnapshot> {
    return await this.#options.tree.walk((problem) => this.#delivery.unreadable(problem), signal);
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
