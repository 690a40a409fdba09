import type { SourceLocation } from '../errors/djdev-error.ts';
import type { FindingCode } from './finding-codes.ts';
import type { StepId } from './step.ts';

/** `pass` is a check that held, `warn` does not stop a release, `fail` does. */
export type Level = 'pass' | 'warn' | 'fail';

/** A number behind a finding. `unit` is one of the units the report knows how to print. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 'bytes' | 'count';
}

/** That a team gave a finding another level than djdev would. */
export interface Judgement {
  readonly from: Level;
  /** A rule of `rehearse.checks`, or the baseline of findings that were there before. */
  readonly by: 'rule' | 'baseline';
  readonly reason?: string;
  /** The last day on which it holds: `2027-03-01`. */
  readonly until?: string;
}

/** A result about the user's application. Never thrown: emitted, and folded into the report. */
export interface Finding {
  /** Permanent kebab-case code, listed in `docs/findings.md`. */
  readonly code: FindingCode;
  readonly level: Level;
  readonly step: StepId;
  /** One line: what is so. */
  readonly title: string;
  /** The evidence: what was seen, with names and numbers. May have several lines. */
  readonly detail: string;
  /** What to do about it; empty for a pass. */
  readonly hint: string;
  readonly location?: SourceLocation;
  readonly measurement?: Measurement;
  readonly judgement?: Judgement;
}
