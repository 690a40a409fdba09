import type { ErrorIssue, SourceLocation } from '../errors/djdev-error.ts';
import type { VariableReport } from './environment-report.ts';
import type { Finding, Level, Measurement } from './finding.ts';
import type { MigrationsReport } from './migration-report.ts';
import type { RequestReport } from './request-report.ts';
import type { RolloutReport } from './rollout-report.ts';
import type { StepId, StepOutcome } from './step.ts';

/** `fail` is a bad release; `error` means djdev could not find out. */
export type Verdict = 'pass' | 'fail' | 'error' | 'interrupted';

export interface ImageReport {
  /** `sha256:…` */
  readonly id: string;
  readonly reference: string;
  readonly bytes: number;
  /** First layer first; only a rehearsal reads them. */
  readonly layers?: readonly LayerReport[];
}

/** What one layer of the image weighs. */
export interface LayerReport {
  /** The instruction behind it; empty when the image does not say. */
  readonly createdBy: string;
  readonly files: number;
  readonly bytes: number;
  /** Of files that a later layer overwrites or removes: still pulled, never seen. */
  readonly wastedBytes: number;
}

export interface StepReport {
  readonly id: StepId;
  readonly outcome: StepOutcome;
  /** Since the start of the run; absent when the step never started. */
  readonly startMs?: number;
  readonly ms: number;
  readonly summary: string;
  readonly measurements: readonly Measurement[];
}

/** A `DjdevError` as data. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly location?: SourceLocation;
  readonly output?: readonly string[];
  /** Several problems that were found together, in the order of the file. */
  readonly issues?: readonly ErrorIssue[];
}

/** What `--keep` left running, for people to look at. */
export interface KeptEnvironment {
  readonly urls: readonly string[];
  readonly containers: readonly string[];
}

/** The result of one run: what `--json` prints and every format is rendered from. */
export interface Report {
  /** Of this shape; a change that breaks readers raises it. */
  readonly version: 1;
  readonly djdev: string;
  readonly project: string;
  readonly verdict: Verdict;
  /** The level at which findings fail the verdict (`--fail-on`). */
  readonly failOn: Exclude<Level, 'pass'>;
  readonly startedAt: string;
  readonly ms: number;
  readonly steps: readonly StepReport[];
  readonly findings: readonly Finding[];
  readonly image?: ImageReport;
  /** Of production, by name. */
  readonly variables?: readonly VariableReport[];
  readonly migrations?: MigrationsReport;
  readonly rollout?: RolloutReport;
  /** To the booted application, in the order in which they were sent. */
  readonly requests?: readonly RequestReport[];
  readonly kept?: KeptEnvironment;
  readonly error?: ErrorReport;
}
