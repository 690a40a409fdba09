import * as v from 'valibot';
import type { OutputStream } from '../engine/engine.ts';
import type { RunnerCall, RunnerError, RunnerResult } from './django-runner.ts';
import { pythonErrorSchema } from './python-error.ts';
import type { ProbeEvent } from './runner-frame.ts';

/** Enough for a traceback of Django with its causes. */
const keptLines = 60;

const errorEventSchema = v.object({
  type: v.literal('error'),
  errors: v.array(pythonErrorSchema),
  stage: v.optional(v.string()),
});

/** What has come back of one request so far, and how to settle it. */
export class RunnerRequestRecord {
  readonly reject: (error: Error) => void;
  readonly #call: RunnerCall;
  readonly #resolve: (result: RunnerResult) => void;
  readonly #startedMs = performance.now();
  readonly #events: ProbeEvent[] = [];
  readonly #errors: RunnerError[] = [];
  readonly #tail: string[] = [];

  constructor(
    call: RunnerCall,
    resolve: (result: RunnerResult) => void,
    reject: (error: Error) => void,
  ) {
    this.#call = call;
    this.#resolve = resolve;
    this.reject = reject;
  }

  addLine(stream: OutputStream, text: string): void {
    this.#tail.push(text);
    if (this.#tail.length > keptLines) this.#tail.shift();
    this.#call.onLine?.({ stream, text });
  }

  addEvent(event: ProbeEvent): void {
    const error = v.safeParse(errorEventSchema, event);
    if (error.success) {
      this.#errors.push({ chain: error.output.errors, stage: error.output.stage });
      return;
    }
    this.#events.push(event);
    this.#call.onEvent?.(event);
  }

  end(exitCode: number, signal: number | undefined): void {
    this.#resolve({
      exitCode,
      signal,
      ms: Math.round(performance.now() - this.#startedMs),
      events: this.#events,
      errors: this.#errors,
      tail: this.#tail,
    });
  }
}
