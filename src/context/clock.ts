import { setTimeout as delay } from 'node:timers/promises';

/** Time as the rooms see it, so that no room owns a timer of its own. */
export interface Clock {
  /** Milliseconds since the epoch, for timestamps of events. */
  now(): number;
  /** Milliseconds of a monotonic clock, for durations. */
  monotonicMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The real clock of this process. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  async sleep(ms, signal) {
    signal.throwIfAborted();
    try {
      await delay(ms, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  },
};
