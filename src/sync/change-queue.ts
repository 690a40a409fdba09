/** What there is to do: paths of the host to look at, paths of the container to bring back. */
export interface QueuedChanges {
  readonly hostPaths: ReadonlySet<string>;
  /** Directories that may be others than before. */
  readonly hostDirectories: ReadonlySet<string>;
  /** By container path. */
  readonly returned: ReadonlyMap<string, ReturnedEntry>;
  /** Something of the host may have been missed: compare everything. */
  readonly everything: boolean;
  /** Something of the container may have been missed: look at all of it. */
  readonly lost: boolean;
}

/** A change in the container, as the agent saw it. */
export interface ReturnedEntry {
  readonly path: string;
  readonly kind: 'file' | 'dir' | 'none';
  readonly bytes: number;
}

/**
 * Collects changes while the last ones are being sent. The first goes out at once: there is no
 * timer. A path that changes ten times meanwhile is looked at once.
 */
export class ChangeQueue {
  #hostPaths = new Set<string>();
  #hostDirectories = new Set<string>();
  #returned = new Map<string, ReturnedEntry>();
  readonly #gone = new Map<string, ReturnedEntry>();
  readonly #onGone: () => void;
  #everything = false;
  #lost = false;
  #wake: (() => void) | undefined;

  /** `onGone` is called when paths of the container have gone, which `releaseGone` lets through. */
  constructor(onGone: () => void) {
    this.#onGone = onGone;
  }

  addPath(path: string): void {
    this.#hostPaths.add(path);
    this.#wake?.();
  }

  addDirectory(path: string): void {
    this.#hostDirectories.add(path);
    this.addPath(path);
  }

  addReturned(entries: readonly ReturnedEntry[]): void {
    for (const entry of entries) {
      const { path, kind } = entry;
      (kind === 'none' ? this.#returned : this.#gone).delete(path);
      (kind === 'none' ? this.#gone : this.#returned).set(path, entry);
    }
    if (this.holdsGone) this.#onGone();
    if (!this.isEmpty) this.#wake?.();
  }

  get holdsGone(): boolean {
    return this.#gone.size > 0;
  }

  releaseGone(): void {
    for (const [path, entry] of this.#gone) this.#returned.set(path, entry);
    this.#gone.clear();
    if (!this.isEmpty) this.#wake?.();
  }

  addEverything(): void {
    this.#everything = true;
    this.#wake?.();
  }

  addLost(): void {
    this.#lost = true;
    this.#wake?.();
  }

  get isEmpty(): boolean {
    const isAsked = this.#everything || this.#lost;
    return this.#hostPaths.size === 0 && this.#returned.size === 0 && !isAsked;
  }

  /** Resolves as soon as there is something; rejects with the signal's reason. */
  async next(signal: AbortSignal): Promise<QueuedChanges> {
    signal.throwIfAborted();
    if (this.isEmpty) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const abort = (): void => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      this.#wake = resolve;
      await promise.finally(() => {
        this.#wake = undefined;
        signal.removeEventListener('abort', abort);
      });
    }
    const taken = {
      hostPaths: this.#hostPaths,
      hostDirectories: this.#hostDirectories,
      returned: this.#returned,
      everything: this.#everything,
      lost: this.#lost,
    };
    this.#hostPaths = new Set();
    this.#hostDirectories = new Set();
    this.#returned = new Map();
    this.#everything = false;
    this.#lost = false;
    return taken;
  }
}
