import type { Clock } from '../context/clock.ts';

/** Does something once a burst of requests is over. */
export class QuietTimer {
  readonly #clock: Clock;
  readonly #quietMs: number;
  readonly #then: () => void;
  readonly #signal: AbortSignal;
  #atMs = 0;

  /** The burst is over when nothing was requested for `quietMs`. Nothing happens after `signal`. */
  constructor(clock: Clock, quietMs: number, then: () => void, signal: AbortSignal) {
    this.#clock = clock;
    this.#quietMs = quietMs;
    this.#then = then;
    this.#signal = signal;
  }

  get isWaiting(): boolean {
    return this.#atMs > 0;
  }

  request(): void {
    const { isWaiting } = this;
    this.#atMs = this.#clock.monotonicMs() + this.#quietMs;
    // Ends with the signal; then nobody waits for it.
    if (!isWaiting) this.#wait().catch(() => {});
  }

  async #wait(): Promise<void> {
    for (;;) {
      const leftMs = this.#atMs - this.#clock.monotonicMs();
      if (leftMs <= 0) break;
      await this.#clock.sleep(leftMs, this.#signal);
    }
    this.#then();
    this.#atMs = 0;
  }
}
