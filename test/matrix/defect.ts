import type { FindingCode } from '../../src/report/finding-codes.ts';
import type { Level } from '../../src/report/finding.ts';
import type { StepId } from '../../src/report/step.ts';
import type { SilentFailure } from './silent-failures.ts';

/** A project in which nothing is wrong: an example, or the kiosk of `test/support`. */
export type BaseName = 'shop' | 'bookings' | 'releases' | 'kiosk';

/** One change of a file. `from` must be there, so that a change that no longer fits is noticed. */
export type Edit =
  | { readonly file: string; readonly from: string; readonly to: string }
  | { readonly file: string; readonly append: string }
  | { readonly file: string; readonly write: string }
  | { readonly file: string; readonly remove: true }
  /** All files of `examples/releases/changes/<release>`. */
  | { readonly release: string };

/** The finding that a defect must come to. */
interface PlantedFinding {
  readonly code: FindingCode;
  readonly level: Exclude<Level, 'pass'>;
  /** The title; `…` stands for what differs from run to run. */
  readonly title: string;
  /** A part of the evidence. */
  readonly detail?: string;
  /** A part of the advice. */
  readonly fix?: string;
}

/** Something that breaks deployments, planted in a project that is otherwise in order. */
export interface Defect {
  /** Unique, in kebab case. */
  readonly id: string;
  readonly base: BaseName;
  /** The reproduced failure that it is an example of. */
  readonly silent?: SilentFailure;
  /** What was changed, as docs/findings.md says it: one phrase. */
  readonly change: string;
  readonly edits: readonly Edit[];
  /** The steps that are run, with what they need. */
  readonly only: readonly StepId[];
  readonly found: PlantedFinding;
  /** What else the same defect leads to, as `fail boot-crashed`. */
  readonly also?: readonly `${Exclude<Level, 'pass'>} ${FindingCode}`[];
}
