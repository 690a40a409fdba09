import type { Project } from '../project/project.ts';

/**
 * The repository of a project's images, `djdev-<project>-<hash6>`. Each worktree has its own, so
 * that building in one never removes what another is about to run.
 */
export function imageRepository({ id }: Pick<Project, 'id'>): string {
  return `djdev-${id}`;
}

/**
 * The repository of the releases before this one, which rehearsals build: in one of their own, so
 * that building the new release never removes the old.
 */
export function previousRepository(project: Pick<Project, 'id'>): string {
  return `${imageRepository(project)}-previous`;
}
