import type { Clock } from '../context/clock.ts';

/** How long a burst must be over. */
const settleMs = 500;

/** Asks for one look at everything once a burst of changes is over. */
export class LaterVerification {
  readonly #clock: Clock;
  readonly #verify: () => void;
  readonly #signal: AbortSignal;
  #atMs = 0;

  constructor(clock: Clock, verify: () => void, signal: AbortSignal) {
    this.#clock = clock;
    this.#verify = verify;
    this.#signal = signal;
  }

  get isWaiting(): boolean {
    return this.#atMs > 0;
  }

  /** Put off while the burst goes on. */
  request(): void {
    const { isWaiting } = this;
    this.#atMs = this.#clock.monotonicMs() + settleMs;
    // Ends with the sync; then nobody waits for it.
    if (!isWaiting) this.#wait().catch(() => {});
  }

  async #wait(): Promise<void> {
    for (;;) {
      const leftMs = this.#atMs - this.#clock.monotonicMs();
      if (leftMs <= 0) break;
      await this.#clock.sleep(leftMs, this.#signal);
    }
    this.#verify();
    this.#atMs = 0;
  }
}
