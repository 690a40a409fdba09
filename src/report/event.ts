import type { VariableReport } from './environment-report.ts';
import type { ErrorReport, ImageReport } from './report.ts';
import type { Finding, Measurement } from './finding.ts';
import type { MigrationsReport } from './migration-report.ts';
import type { RequestReport } from './request-report.ts';
import type { RolloutReport } from './rollout-report.ts';
import type { StepId, StepOutcome } from './step.ts';

/**
 * What happened, as plain JSON. Rooms emit events; the screens and the report are subscribers.
 * `at` is milliseconds since the epoch, every `…Ms` a duration.
 */
export type Event =
  | {
      readonly type: 'run-started';
      readonly at: number;
      readonly command: string;
      readonly project: string;
      readonly session: string;
      readonly version: string;
      readonly steps: readonly StepId[];
    }
  | { readonly type: 'step-started'; readonly at: number; readonly step: StepId }
  /** What the step is doing now, one short line: `RUN pip install …`, `18 of 24 migrations`. */
  | {
      readonly type: 'step-progressed';
      readonly at: number;
      readonly step: StepId;
      readonly text: string;
    }
  /** One line of output of something the step runs, without its line end. */
  | {
      readonly type: 'line-logged';
      readonly at: number;
      readonly step: StepId;
      readonly source: string;
      readonly line: string;
    }
  | { readonly type: 'finding-reported'; readonly at: number; readonly finding: Finding }
  | {
      readonly type: 'measurement-taken';
      readonly at: number;
      readonly step: StepId;
      readonly measurement: Measurement;
    }
  /** The whole of it, at the end of the step; a later event replaces an earlier one. */
  | {
      readonly type: 'migrations-observed';
      readonly at: number;
      readonly migrations: MigrationsReport;
    }
  /** The whole of it; a later event replaces an earlier one. */
  | { readonly type: 'rollout-observed'; readonly at: number; readonly rollout: RolloutReport }
  /** All variables of production; a later event replaces an earlier one. */
  | {
      readonly type: 'environment-tried';
      readonly at: number;
      readonly variables: readonly VariableReport[];
    }
  | { readonly type: 'image-inspected'; readonly at: number; readonly image: ImageReport }
  | { readonly type: 'request-answered'; readonly at: number; readonly request: RequestReport }
  | {
      readonly type: 'step-ended';
      readonly at: number;
      readonly step: StepId;
      readonly outcome: StepOutcome;
      readonly ms: number;
      /** One line for people: `unchanged`, `23 migrations`, `first healthy answer after 412 ms`. */
      readonly summary: string;
    }
  /** Containers and networks kept by `--keep`, with what a person needs to look at them. */
  | {
      readonly type: 'environment-kept';
      readonly at: number;
      readonly urls: readonly string[];
      readonly containers: readonly string[];
    }
  | {
      readonly type: 'run-ended';
      readonly at: number;
      readonly ms: number;
      readonly reason: 'completed' | 'interrupted' | 'error';
      readonly error?: ErrorReport;
    };
