import type { Clock } from '../context/clock.ts';
import type { Engine } from '../engine/engine.ts';
import type { StackEvent } from '../report/stack-event.ts';

/** What work on a stack may have effects through. */
export interface StackContext {
  readonly engine: Engine;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly emit: (event: StackEvent) => void;
}
