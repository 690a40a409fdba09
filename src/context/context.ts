import type { Engine } from '../engine/engine.ts';
import type { Event } from '../report/event.ts';
import type { Clock } from './clock.ts';
import type { Scope } from './scope.ts';

/** An event as a room reports it; the timestamp is added by `emit`. */
export type EventBody = Event extends infer E ? (E extends Event ? Omit<E, 'at'> : never) : never;

/** Everything a run may have effects through. Built once, in `cli/`, and passed by argument. */
export interface Context {
  readonly engine: Engine;
  /** Names this run on the engine: the `dev.djdev.session` label of all it creates. */
  readonly session: string;
  /** What the run acquires is registered here and released whichever way it ends. */
  readonly scope: Scope;
  /** Aborted by Ctrl-C, SIGTERM or `--timeout`; its reason says which. */
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
  readonly clock: Clock;
}
