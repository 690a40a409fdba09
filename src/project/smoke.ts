import type { SourceLocation } from '../errors/djdev-error.ts';
import type { Secret } from './secret.ts';

/** What a value of an answer has to be. Texts may hold `$name` and `${name}`. */
export type Expected =
  | { readonly kind: 'contains'; readonly text: string }
  | { readonly kind: 'equals'; readonly value: string | number | boolean | null }
  | { readonly kind: 'matches'; readonly pattern: string; readonly flags: string }
  | { readonly kind: 'between'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'exists' }
  | { readonly kind: 'absent' };

/** All that is asked of one answer. */
export interface SmokeExpectation {
  /** `equals` or `between`. */
  readonly status: Expected;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, Expected>>;
  readonly contains: readonly Expected[];
  readonly absent: readonly Expected[];
  /** By CSS selector: a text of what it selects, or how many it selects. */
  readonly select: Readonly<Record<string, Expected>>;
  /** By JSON path (RFC 9535). */
  readonly jsonPath: Readonly<Record<string, Expected>>;
  /** Where a redirect leads to. */
  readonly location: Expected | undefined;
}

/** Where in an answer a value stands that later steps use. */
export type CaptureSource =
  | { readonly kind: 'json'; readonly path: string }
  | { readonly kind: 'css'; readonly selector: string; readonly attribute: string | undefined }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'cookie'; readonly name: string }
  | { readonly kind: 'matches'; readonly pattern: string; readonly flags: string };

/** One request and what is expected of its answer. Texts may hold `$name` and `${name}`. */
export interface SmokeCheck {
  readonly name: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as `application/x-www-form-urlencoded`. */
  readonly form: Readonly<Record<string, string>> | undefined;
  readonly json: unknown;
  /** Redirects are followed, and the last answer is judged. */
  readonly follow: boolean;
  /** How often it is sent. */
  readonly repeat: number;
  /** The 95th percentile of the times of all of them. */
  readonly maxMs: number | undefined;
  /** Statements that one answer may send to the database. */
  readonly maxQueries: number | undefined;
  readonly capture: Readonly<Record<string, CaptureSource>>;
  readonly expect: SmokeExpectation;
  readonly location: SourceLocation | undefined;
}

/** A user that is made for the run. */
export interface SmokeUser {
  readonly name: string;
  readonly isStaff: boolean;
  readonly isSuperuser: boolean;
  /** `shop.view_order`. */
  readonly permissions: readonly string[];
  /** Values for fields of a user model of the project's own. */
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

/** One entry of `rehearse.smoke`: a request, or several that one visitor sends in turn. */
export interface SmokeTest {
  readonly name: string | undefined;
  /** At least one. */
  readonly checks: readonly SmokeCheck[];
  /** It has steps, and so cookies of its own. */
  readonly isScenario: boolean;
  readonly user: SmokeUser | undefined;
  /** A failure is reported as a warning. */
  readonly isWarning: boolean;
  /** Variables of the environment that its texts name. */
  readonly variables: Readonly<Record<string, Secret>>;
  /** Those that have no value. */
  readonly missing: readonly string[];
  readonly location: SourceLocation | undefined;
}

/** A file of hurl that is run as it is. */
export interface HurlFile {
  /** Absolute. */
  readonly path: string;
  readonly isWarning: boolean;
  readonly location: SourceLocation | undefined;
}
