/** Something that can release what it holds; called at most once. */
export type Disposer = () => void | PromiseLike<void>;

/**
 * A stack of disposers: what a run acquires is released in reverse order, whichever way the run
 * ends. A disposer that fails does not keep the others from running.
 *
 * Ours because `AsyncDisposableStack` is missing in Node 22.
 */
export class Scope implements AsyncDisposable {
  readonly #disposers: Disposer[] = [];
  #disposed: Promise<void> | undefined;

  /** Registers a disposer. After the scope has closed it runs at once: nothing leaks in a race. */
  defer(disposer: Disposer): void {
    if (this.#disposed) this.#disposed = releaseLate(this.#disposed, disposer);
    else this.#disposers.push(disposer);
  }

  /** Registers a disposable and returns it. */
  use<T extends AsyncDisposable>(resource: T): T {
    this.defer(() => resource[Symbol.asyncDispose]());
    return resource;
  }

  /** A scope that closes with this one, or earlier by itself. */
  child(): Scope {
    return this.use(new Scope());
  }

  /**
   * Releases everything, last acquired first; idempotent.
   * Throws an `AggregateError` of all failures once every disposer has run.
   */
  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#releaseAll();
    return this.#disposed;
  }

  async #releaseAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let next = this.#disposers.pop(); next; next = this.#disposers.pop()) {
      try {
        await next();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Clean-up was incomplete.');
  }
}

async function releaseLate(earlier: Promise<void>, disposer: Disposer): Promise<void> {
  await Promise.all([earlier, Promise.resolve().then(disposer)]);
}
