import { DjdevError } from '../errors/djdev-error.ts';
import { AgentConnection } from './agent-connection.ts';
import { ChangeQueue } from './change-queue.ts';
import { resumeTrees, sendDifference, type SyncWork } from './compare-trees.ts';
import { connectTransport } from './connect-transport.ts';
import { handleChanges } from './handle-changes.ts';
import { KnownPaths } from './known-paths.ts';
import { QuietTimer } from './quiet-timer.ts';
import type { SessionOptions } from './start-sync.ts';
import { SyncDelivery } from './sync-delivery.ts';
import { type Transport, TransportEnded } from './transport.ts';

/** So many changes at once may overflow the kernel's queue, which nobody reports: look again. */
const burstPaths = 200;
const burstQuietMs = 500;
/** Deletes of one command come together, so that it can be seen when they are most of the tree. */
const deletesQuietMs = 100;
const shortestPauseMs = 100;
const longestPauseMs = 2000;

/** One container kept equal to the host tree; see `startSync`. */
export class SyncSession {
  readonly queue: ChangeQueue;
  readonly #options: SessionOptions;
  readonly #signal: AbortSignal;
  readonly #work: SyncWork;
  readonly #verification: QuietTimer;
  readonly #connected = Promise.withResolvers<void>();
  #transport: Transport | undefined;
  #isBusy = false;

  constructor(options: SessionOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    const { clock, agreed } = options;
    const release = (): void => this.queue.releaseGone();
    const deletes = new QuietTimer(clock, deletesQuietMs, release, signal);
    // What ends soon is looked at as a whole then, and its deletes with it.
    this.queue = new ChangeQueue(agreed ? () => {} : () => deletes.request());
    const verify = (): void => this.queue.addEverything();
    this.#verification = new QuietTimer(clock, burstQuietMs, verify, signal);
    this.#work = { options, delivery: new SyncDelivery(options), queue: this.queue };
    this.#connected.promise.catch(() => {});
  }

  /** Resolves once the container has had everything for the first time. */
  get connected(): Promise<void> {
    return this.#connected.promise;
  }

  get isQuiet(): boolean {
    const isWaiting = this.#verification.isWaiting || this.queue.holdsGone;
    return !this.#isBusy && this.queue.isEmpty && !isWaiting;
  }

  /**
   * Has the container's end tell what it knows of by now, and answers whether it did; without an
   * agent nothing comes back.
   */
  async flush(signal: AbortSignal): Promise<boolean> {
    if (!(this.#transport instanceof AgentConnection)) return false;
    const isTold = await this.#transport.flush(signal).then(
      () => true,
      (error: unknown) => {
        if (!(error instanceof TransportEnded)) throw error;
        return false;
      },
    );
    this.queue.releaseGone();
    return isTold;
  }

  /** Until the signal aborts: connect, compare, send what changes, connect again. */
  async run(): Promise<void> {
    let pauseMs = shortestPauseMs;
    for (;;) {
      try {
        await this.#serve();
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
    await this.#work.delivery.known?.save();
  }

  /** Until the container's end is gone; at once when the container does not run. */
  async #serve(): Promise<void> {
    const { engine, container, clock, tree, memory } = this.#options;
    const facts = await engine.inspectContainer(container, this.#signal);
    if (!facts?.running) return;
    this.#isBusy = true;
    const { roots, context } = tree.map;
    try {
      await using transport = await connectTransport(
        engine,
        container,
        {
          onChanged: (entries, isIncomplete) => {
            this.queue.addReturned(entries);
            if (isIncomplete) this.queue.addLost();
          },
        },
        { roots, clock },
        this.#signal,
      );
      const { delivery } = this.#work;
      delivery.known = await KnownPaths.read(memory, context, facts.imageId ?? container);
      this.#transport = transport;
      await this.#follow(transport, AbortSignal.any([this.#signal, transport.ended]));
    } finally {
      this.#transport = undefined;
      this.#isBusy = false;
    }
  }

  /** Rejects when the container's end is gone. */
  async #follow(transport: Transport, signal: AbortSignal): Promise<never> {
    const { agreed } = this.#options;
    if (agreed) await resumeTrees(this.#work, agreed, transport, signal);
    else await sendDifference(this.#work, transport, signal);
    this.#connected.resolve();
    for (;;) {
      this.#isBusy = false;
      const changes = await this.queue.next(signal);
      this.#isBusy = true;
      if (changes.hostPaths.size > burstPaths) this.#verification.request();
      await handleChanges(this.#work, changes, transport, signal);
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
}
