import type { LogLine } from './engine.ts';

/** While nobody reads, at least this many of the newest lines are kept, and at most twice that. */
export const keptLines = 10_000;
/** The same for characters, for those who log megabytes a line. */
export const keptCharacters = 8 * 1024 * 1024;
/** A reader that lags this far behind makes the source wait. */
const fullLines = 2_000;

/**
 * Lines between the container and whoever reads them. Until someone reads, old lines give way to
 * new ones; once someone reads, no line is lost and the source waits for a slow reader; when the
 * reader leaves, the rest is thrown away so that the container never blocks.
 */
export class LineQueue implements AsyncIterable<LogLine> {
  #lines: LogLine[] = [];
  #characters = 0;
  #state: 'unread' | 'reading' | 'left' = 'unread';
  #end: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;
  #onDrain: (() => void) | undefined;

  push(lines: readonly LogLine[]): void {
    if (this.#state === 'left' || this.#end) return;
    for (const line of lines) {
      this.#lines.push(line);
      this.#characters += line.text.length;
    }
    if (this.#state === 'unread') this.#dropOldest();
    this.#wake?.();
  }

  /** Whether the source should wait; `onDrain` then says when to go on. */
  isFull(onDrain: () => void): boolean {
    if (this.#state !== 'reading' || this.#lines.length < fullLines) return false;
    this.#onDrain = onDrain;
    return true;
  }

  /** No more lines. With an error the reader gets it after the lines before it. */
  end(error?: unknown): void {
    this.#end ??= { error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LogLine, void, undefined> {
    if (this.#state !== 'unread') throw new Error('Output can be iterated once only.');
    this.#state = 'reading';
    try {
      for (;;) {
        const lines = this.#takeAll();
        yield* lines;
        if (this.#lines.length > 0) continue;
        if (this.#end) break;
        await this.#nextPush();
      }
      if (this.#end.error !== undefined) throw this.#end.error;
    } finally {
      this.#state = 'left';
      this.#takeAll();
    }
  }

  #takeAll(): readonly LogLine[] {
    const lines = this.#lines;
    this.#lines = [];
    this.#characters = 0;
    this.#onDrain?.();
    this.#onDrain = undefined;
    return lines;
  }

  async #nextPush(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
    this.#wake = undefined;
  }

  /** In batches, so that a line costs nothing but its place. */
  #dropOldest(): void {
    if (this.#lines.length <= 2 * keptLines && this.#characters <= 2 * keptCharacters) return;
    let start = this.#lines.length;
    let characters = 0;
    while (start > 0 && this.#lines.length - start < keptLines) {
      characters += this.#lines[start - 1]?.text.length ?? 0;
      if (characters > keptCharacters) break;
      start -= 1;
    }
    this.#lines = this.#lines.slice(start);
    this.#characters = this.#lines.reduce((sum, line) => sum + line.text.length, 0);
  }
}
