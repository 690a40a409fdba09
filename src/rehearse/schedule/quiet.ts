/**
 * Keeps background work away from what is being measured: reading an image takes a whole
 * processor, and a time to boot must not pay for that.
 */
export interface Quiet {
  /** Does work that is measured. */
  readonly during: <T>(work: () => Promise<T>) => Promise<T>;
  /** Passes a stream on, but not while something is measured: the sender then waits. */
  readonly hold: <T>(source: AsyncIterable<T>) => AsyncGenerator<T>;
}

/** A quiet that nobody has asked for yet. */
export function createQuiet(): Quiet {
  const measured = new Set<Promise<unknown>>();
  return {
    async during(work) {
      const settled = Promise.withResolvers<void>();
      measured.add(settled.promise);
      try {
        return await work();
      } finally {
        measured.delete(settled.promise);
        settled.resolve();
      }
    },
    async *hold(source) {
      for await (const item of source) {
        while (measured.size > 0) await Promise.all(measured);
        yield item;
      }
    },
  };
}
