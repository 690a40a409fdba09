import { findDockerfileFeatures } from '../../project/dockerfile-features.ts';
import { readDockerfile } from '../../project/read-dockerfile.ts';
import { missingVariables } from '../../project/resolve-environment.ts';
import { checkBasesPinned } from '../checks/base-pinned.ts';
import { checkDiskSpace } from '../checks/disk-space.ts';
import { checkDockerfileFeatures } from '../checks/dockerfile-features.ts';
import { checkBuildSecrets, checkRequiredVariables } from '../checks/required-variables.ts';
import type { RehearsalPlan } from '../plan.ts';
import { reportFindings } from '../report-findings.ts';
import type { RehearsalRun, StepResult } from '../run.ts';
import { judgeSource } from '../source/judge-source.ts';

/** Everything worked out before anything is made: nothing known stands in the way. */
export type Preflight = { readonly clear: true };

/**
 * What can be known to fail before anything is built or started. Throws `DJ-DOCKERFILE-…` when
 * there is no readable Dockerfile.
 */
export async function runPreflight(
  run: RehearsalRun,
  plan: RehearsalPlan,
): Promise<StepResult<Preflight>> {
  const { engine, signal } = run.context;
  const [dockerfile, disk] = await Promise.all([
    readDockerfile(run.project.build.dockerfile),
    engine.diskUsage(signal),
  ]);
  const stops = reportFindings(run.context, [
    ...checkDiskSpace(disk),
    ...checkBasesPinned(dockerfile),
    ...(await judgeSource(run, plan, dockerfile)),
    ...checkDockerfileFeatures(findDockerfileFeatures(dockerfile), engine.info),
    ...checkRequiredVariables(missingVariables(run.project, 'prod')),
    ...checkBuildSecrets(run.project.build.missingSecrets ?? []),
  ]);
  const { kind, version } = engine.info;
  return {
    summary: `${kind === 'podman' ? 'Podman' : 'Docker Engine'} ${version}`,
    value: stops ? undefined : { clear: true },
  };
}
