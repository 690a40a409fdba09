import type { RecordedLog } from './recorded-log.ts';
import type { Report } from './report.ts';
import type { RunRecord } from './run-record.ts';

/** All that the files of a report are made of. */
export interface FinishedRun {
  /** Places relative to the root of the repository. */
  readonly report: Report;
  readonly logs: readonly RecordedLog[];
  /** The runs before it, the oldest first. */
  readonly earlier: readonly RunRecord[];
}
