import type { StepId } from './step.ts';

/** What one container or command wrote during a step. */
export interface RecordedLog {
  readonly step: StepId;
  /** As events name it: `web`, `postgres`, `build`, `python manage.py migrate`. */
  readonly source: string;
  /** Without line ends, secrets redacted. */
  readonly lines: readonly string[];
  /** How many lines before these were left out. */
  readonly dropped: number;
}
