import type { ParityArea } from './parity-areas.ts';

/** One thing that was measured on both sides and is not the same. */
export interface ParityDifference {
  readonly area: ParityArea;
  /** `requests`, `DATABASES.default.ENGINE`, `python`. */
  readonly subject: string;
  /** For people, without secrets; absent: not there. */
  readonly here?: string;
  readonly production?: string;
  /** Where the difference comes from: `djdev.yaml:9`, `pip in the running container`. */
  readonly origin: string;
  /** Points of 100 before the limit of its area; 0 for what is intended. */
  readonly cost: number;
  /** Why it is meant to be so. */
  readonly intended?: string;
  /** What makes it go away. */
  readonly advice?: string;
  /** Of a difference that stands for several: their names. */
  readonly items?: readonly string[];
}

/** How one area came out. */
export interface ParityAreaResult {
  readonly area: ParityArea;
  /** Points that it took, at most `limit`. */
  readonly cost: number;
  readonly limit: number;
  /** Why it could not be measured. */
  readonly notMeasured?: string;
}

/** A step that raises the score. */
export interface ParityAdvice {
  readonly points: number;
  readonly text: string;
}

/** The measured difference between development and production. Plain data. */
export interface ParityReport {
  readonly version: 1;
  readonly project: string;
  readonly here: ParityPlace;
  readonly production: ParityPlace;
  /** 100: nothing differs that is not meant to. */
  readonly score: number;
  readonly areas: readonly ParityAreaResult[];
  /** Those that cost, the dearest first within an area. */
  readonly differences: readonly ParityDifference[];
  readonly intended: readonly ParityDifference[];
  readonly advice: readonly ParityAdvice[];
}

/** One of the two sides, for people. */
export interface ParityPlace {
  readonly what: string;
  readonly image?: string;
  /** Only of development: a container that runs was looked at. */
  readonly running?: boolean;
  /** RFC 3339. */
  readonly takenAt: string;
}
