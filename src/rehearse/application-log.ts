import type { Context } from '../context/context.ts';
import type { RunningContainer } from '../engine/engine.ts';
import type { StepId } from '../report/step.ts';

const keptLines = 500;

/** What the booted application writes: each line an event of the step that runs at that time. */
export class ApplicationLog {
  /** The step that lines belong to from now on. */
  step: StepId = 'boot';
  /** Settles when the application's output has ended. */
  readonly ended: Promise<void>;
  readonly #lines: { readonly atMs: number; readonly text: string }[] = [];
  readonly #context: Context;

  constructor(context: Context, container: RunningContainer, source: string) {
    this.#context = context;
    this.ended = this.#follow(container, source);
  }

  /** The last `count` lines. */
  last(count: number): readonly string[] {
    return this.#lines.slice(-count).map(({ text }) => text);
  }

  /** Lines that came at `monotonicMs` or later. */
  since(monotonicMs: number): readonly string[] {
    return this.#lines.filter(({ atMs }) => atMs >= monotonicMs).map(({ text }) => text);
  }

  /** The same lines, each with when it came, in epoch milliseconds. */
  timedSince(monotonicMs: number): readonly { readonly atMs: number; readonly text: string }[] {
    const { clock } = this.#context;
    const epochMs = clock.now() - clock.monotonicMs();
    return this.#lines
      .filter(({ atMs }) => atMs >= monotonicMs)
      .map(({ atMs, text }) => ({ atMs: epochMs + atMs, text }));
  }

  async #follow(container: RunningContainer, source: string): Promise<void> {
    try {
      for await (const { text } of container.output) {
        this.#lines.push({ atMs: this.#context.clock.monotonicMs(), text });
        if (this.#lines.length > keptLines) this.#lines.shift();
        this.#context.emit({ type: 'line-logged', step: this.step, source, line: text });
      }
    } catch {
      // The stream breaks when the engine goes away or the run is aborted; the request or the wait
      // that is under way then says so.
    }
  }
}
