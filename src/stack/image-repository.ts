import type { Project } from '../project/project.ts';

/**
 * The repository of a project's images, `djdev-<project>-<hash6>`. Each worktree has its own, so
 * that building in one never removes what another is about to run.
 */
export function imageRepository({ id }: Pick<Project, 'id'>): string {
  return `djdev-${id}`;
}
