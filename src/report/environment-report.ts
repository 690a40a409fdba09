/**
 * What the settings did without a variable: they refused to be imported, took other values, or
 * stayed as they were.
 */
type RemovalOutcome = 'refused' | 'changed' | 'unchanged';

/** What became of the settings when a variable was taken away. */
export interface RemovalReport {
  readonly outcome: RemovalOutcome;
  /** The settings that took another value. */
  readonly settings: readonly string[];
  /** All that were taken away in this trial, when there were several. */
  readonly together?: readonly string[];
}

/** A variable that production is given. Its value is never told. */
export interface VariableReport {
  readonly name: string;
  readonly secret: boolean;
  /** By the manifest, or because the settings refused without it. */
  readonly required: boolean;
  /** Something gives it a value. */
  readonly given: boolean;
  /** Where its value, or the demand for one, stands: `djdev.yaml:4`, `.env:2`, `the shell`. */
  readonly origin: string;
  /** Nothing of the project asks for it. */
  readonly neverRead?: true;
  /** Absent when it was not taken away. */
  readonly removal?: RemovalReport;
}
