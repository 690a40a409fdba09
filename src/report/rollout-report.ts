/*
 * What a deployment costs those who use the release that serves now. All `…AtMs` and `fromMs` are
 * milliseconds since `RolloutReport.startedAt`, all `…Ms` are durations.
 */

/**
 * The way of a deployment: the old release alone; the release commands run; the new one boots
 * beside it; new requests go to the new one until the old one has answered all of its own; the old
 * one is stopped; the new one alone.
 */
export type RolloutPhaseName = 'before' | 'release' | 'boot' | 'switch' | 'stop' | 'after';

/** One part of the way, and what users met in it. A request belongs to the phase it was sent in. */
export interface RolloutPhase {
  readonly name: RolloutPhaseName;
  readonly fromMs: number;
  readonly ms: number;
  readonly requests: number;
  /** Answered with 500 or more, or not at all. */
  readonly failed: number;
  /** Answered, but much later than before the deployment. */
  readonly stalled: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly worstMs: number;
}

/** Why requests failed or waited. */
export interface RolloutCause {
  /**
   * `migration`: the old release on a changed schema, or behind a lock; `old-release`: it fails
   * without a migration to blame; `new-release`; `stop`: under way when the old release was told to
   * end; `unknown`: it waited, and nothing that was seen explains it.
   */
  readonly kind: 'migration' | 'old-release' | 'new-release' | 'stop' | 'unknown';
  /** `library.0002_loan_note: POST /loans/ of the old release answers 500`. */
  readonly text: string;
  /** The phase in which it began. */
  readonly phase: RolloutPhaseName;
  readonly failed: number;
  readonly stalled: number;
  readonly migration?: string;
  /** Last line of the traceback, when a log has one. */
  readonly exception?: string;
}

/** What browsers, signatures and queues carry from one release to the other. */
export type CarriedThing = 'session' | 'login' | 'csrf' | 'signed' | 'cached' | 'task';

/** One such thing, made by one release and taken by the other. */
export interface Crossing {
  readonly what: CarriedThing;
  readonly direction: 'old-to-new' | 'new-to-old';
  /** `not-tried` comes with the reason in `detail`. */
  readonly outcome: 'kept' | 'lost' | 'not-tried';
  readonly detail: string;
}

/** Files that pages of one release ask for, and what the other release answers. */
export interface AssetCrossing {
  readonly direction: 'old-to-new' | 'new-to-old';
  /** How many were asked for. */
  readonly asked: number;
  readonly missing: readonly {
    readonly path: string;
    readonly page: string;
    readonly status: number;
    /** Of the answer, where it lets caches keep it. */
    readonly cacheControl?: string;
  }[];
}

/** Both releases at once, as during every deployment. */
export interface VersionSkew {
  readonly crossings: readonly Crossing[];
  readonly assets: readonly AssetCrossing[];
}

/** A deployment that was played: `Report.rollout`. */
export interface RolloutReport {
  /** ISO 8601. */
  readonly startedAt: string;
  /**
   * `refused`: a platform would have kept the old release, because the release commands failed or
   * the new release did not become healthy. `not-measured`: nothing is known.
   */
  readonly outcome: 'completed' | 'refused' | 'not-measured';
  /** Why it was not completed; a sentence. */
  readonly reason?: string;
  /** The line for everybody: what this deploy would have cost, and why. */
  readonly summary: string;
  /** Requests a second, sent whether or not those before were answered. */
  readonly rps: number;
  readonly requests: number;
  readonly failed: number;
  readonly stalled: number;
  /** The time in which requests failed or waited. */
  readonly downtimeMs: number;
  readonly worstMs: number;
  /** A request that takes longer counts as stalled. */
  readonly stallMs: number;
  readonly phases: readonly RolloutPhase[];
  /** The one that cost most first. */
  readonly causes: readonly RolloutCause[];
  /** [sent at, took, status; 0 when there was no answer; release that answered], thinned out. */
  readonly points: readonly (readonly [
    atMs: number,
    ms: number,
    status: number,
    release: 'old' | 'new',
  ])[];
  readonly skew?: VersionSkew;
}
