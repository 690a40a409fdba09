import type { BuildDefinition } from '../../project/project.ts';
import type { ContextEntry } from './inputs/scan-context.ts';
import type { FailedStep } from './progress/track-build.ts';

/** What a builder is given: the project's definition and the context as it was just read. */
export interface BuildJob {
  readonly definition: BuildDefinition;
  /** All entries of the context that .dockerignore leaves. */
  readonly entries: readonly ContextEntry[];
  /** Whether there is a .dockerignore. */
  readonly hasIgnoreFile: boolean;
  readonly noCache: boolean;
}

/** How a builder ended. What is not about the project is thrown instead. */
export type BuilderAnswer =
  | { readonly type: 'built'; readonly id: string }
  | {
      readonly type: 'failed';
      /** `undefined` when the build failed before its first step. */
      readonly step: FailedStep | undefined;
      /** The builder's last word. */
      readonly message: string;
    };
