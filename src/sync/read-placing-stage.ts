import { compilePattern } from '../engine/build/inputs/select-entries.ts';
import type { Dockerfile, DockerfileStage } from '../project/dockerfile.ts';
import { type CopyStep, findStageAbove, readStageSteps, type RunStep } from './read-stage-steps.ts';

/** A stage ready to be asked; patterns are compiled once. */
export interface PlacingStage {
  readonly steps: readonly PlacingStep[];
}

type PlacingStep = PlacingRun | PlacingCopy;

interface PlacingRun {
  readonly type: 'run';
  readonly step: RunStep;
  readonly mounts: readonly RegExp[];
  /** What it reads, part by part. */
  readonly reach: readonly (readonly RegExp[])[];
}

/** A COPY or ADD. */
export interface PlacingCopy {
  readonly type: 'copy';
  readonly step: CopyStep;
  readonly sources: readonly (RegExp | undefined)[];
  readonly excludes: readonly RegExp[];
  readonly reach: readonly (readonly RegExp[])[];
  /** The stage that `--from` names. */
  readonly from: PlacingStage | undefined;
}

/** How a stage is made, with the stages it copies from. */
export function readPlacingStage(
  dockerfile: Dockerfile,
  stage: DockerfileStage,
  args: Readonly<Record<string, string>>,
  baseWorkingDirectory: string | undefined,
): PlacingStage {
  const steps = readStageSteps(dockerfile, stage, args, baseWorkingDirectory);
  return {
    steps: steps.flatMap((step): readonly PlacingStep[] => {
      if (step.type === 'run') {
        return [
          {
            type: 'run',
            step,
            mounts: step.mounts.map((mount) => compilePattern(mount)),
            reach: step.mounts.map(readParts),
          },
        ];
      }
      const source =
        step.from === undefined ? undefined : findStageAbove(dockerfile, step.from, stage.index);
      // What comes from another image has nothing to do with the host.
      if (step.from !== undefined && !source) return [];
      return [
        {
          type: 'copy',
          step,
          sources: step.sources.map((item) => (item === '' ? undefined : compilePattern(item))),
          reach: step.sources.map(readParts),
          excludes: step.excludes.map((item) => compilePattern(item)),
          from: source && readPlacingStage(dockerfile, source, args, baseWorkingDirectory),
        },
      ];
    }),
  };
}

/** A pattern part by part, as far as it says anything: what follows `**` may be anywhere. */
function readParts(pattern: string): readonly RegExp[] {
  if (pattern === '') return [];
  const parts = pattern.split('/');
  const open = parts.findIndex((part) => part.includes('**'));
  return parts.slice(0, open === -1 ? undefined : open).map((part) => compilePattern(part));
}
