import type { SourceLocation } from '../../errors/djdev-error.ts';
import type { BuildDefinition } from '../../project/project.ts';

/** One image to be built. */
export interface BuildRequest {
  readonly definition: BuildDefinition;
  /** Repository of the tag the image gets; the tag itself is the digest of the inputs. */
  readonly repository: string;
  /** Build although the inputs are unchanged. */
  readonly force?: boolean;
  readonly noCache?: boolean;
}

/** What the builder is doing, decoded the same from every way of building. */
export interface BuildProgress {
  /** `[production 4/7] RUN pip install …` */
  readonly name: string;
  readonly state: 'started' | 'cached' | 'completed' | 'failed';
  readonly ms: number | undefined;
}

export interface BuildListener {
  /** Called once, before anything is built: why there is a build, or that there is none. */
  readonly onReason?: (reason: BuildReason) => void;
  readonly onProgress: (progress: BuildProgress) => void;
  /** One line of output of a RUN step. */
  readonly onLine: (step: string, line: string) => void;
}

/** Why the image was built again, or that it was not. For people: `requirements.txt changed`. */
interface BuildReason {
  readonly rebuilt: boolean;
  readonly text: string;
}

/** A build that ended. A failing instruction is a result about the project, so it is returned. */
export type BuildOutcome =
  | {
      readonly type: 'built';
      /** `sha256:…` */
      readonly id: string;
      /** `repository:digest` */
      readonly reference: string;
      readonly reason: BuildReason;
      readonly ms: number;
    }
  | {
      readonly type: 'failed';
      /** The failing instruction as the builder names it. */
      readonly instruction: string;
      readonly location: SourceLocation | undefined;
      readonly message: string;
      /** Last output lines of the failing step. */
      readonly output: readonly string[];
      /** What to do, decoded from the output where it is known. */
      readonly hint: string;
      readonly ms: number;
    };
