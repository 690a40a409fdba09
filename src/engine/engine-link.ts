import type { EngineHttp } from './engine-http.ts';
import type { LastWill } from './last-will.ts';
import type { OwnerStamp } from './owner.ts';

/** What the verbs need of a connected engine. */
export interface EngineLink {
  readonly http: EngineHttp;
  readonly owner: OwnerStamp;
  readonly lastWill: LastWill;
  /** Address on the engine's machine that published ports are bound to. */
  readonly bindAddress: string;
  /** Where this process reaches those ports. */
  readonly publishedHost: string;
  /** The number under which it does, where that is not the engine's: behind an ssh connection. */
  readonly forwardPort: ((port: number, signal: AbortSignal) => Promise<number>) | undefined;
}

/** For clean-up, which must also work after the run's own signal has aborted. */
export function cleanUpSignal(): AbortSignal {
  return AbortSignal.timeout(60_000);
}
