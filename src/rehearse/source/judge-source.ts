import path from 'node:path';
import { scanContext } from '../../engine/build/inputs/scan-context.ts';
import { selectEntries } from '../../engine/build/inputs/select-entries.ts';
import type { Dockerfile } from '../../project/dockerfile.ts';
import { describeTarget } from '../../project/dockerfile-target.ts';
import { readDockerignore } from '../../project/dockerignore.ts';
import type { Finding } from '../../report/finding.ts';
import { checkBuildContext } from '../checks/build-context.ts';
import { checkDependenciesPinned } from '../checks/dependencies-pinned.ts';
import { lintDockerfile } from '../checks/dockerfile-lint.ts';
import { checkTreeCommitted } from '../checks/tree-committed.ts';
import { type RehearsalPlan, webProcess } from '../plan.ts';
import type { RehearsalRun } from '../run.ts';
import { findDependencies } from './find-dependencies.ts';
import { readGitState } from './read-git-state.ts';

/**
 * Judges the Dockerfile and what it takes from this directory, without building anything. What
 * cannot be read is left to the build, which says so better.
 */
export async function judgeSource(
  { project, context: { signal } }: RehearsalRun,
  plan: RehearsalPlan,
  dockerfile: Dockerfile,
): Promise<readonly Finding[]> {
  const { build } = project;
  const target = describeTarget(dockerfile, build.target);
  if (target === undefined) return [];
  const [ignore, git] = await Promise.all([
    readDockerignore(build),
    readGitState(build.context, signal),
  ]);
  const entries = await scanContext(build.context, ignore, signal).catch(() => {
    signal.throwIfAborted();
    return [];
  });
  const sources = target.contextReads.flatMap((read) => read.sources);
  const isKnown = !sources.some((source) => /[$"'\\]/u.test(source));
  const reached = isKnown ? selectEntries(entries, sources) : entries;
  const paths = new Set(reached.map((entry) => entry.path));
  const changed = (git?.changed ?? [])
    .map((file) => path.relative(build.context, file).split(path.sep).join('/'))
    .filter((file) => paths.has(file));
  const ignoreFile = ignore.file ?? path.join(build.context, '.dockerignore');
  return [
    ...lintDockerfile(target, webProcess(project).command !== undefined),
    ...checkDependenciesPinned(await findDependencies(target, build.context, reached)),
    ...checkBuildContext(reached, ignoreFile),
    ...checkTreeCommitted(changed, git?.commit ?? '', plan.continuousIntegration === true),
  ];
}
