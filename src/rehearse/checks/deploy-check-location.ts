import { join, relative } from 'node:path';
import { posix } from 'node:path';
import type { Project } from '../../project/project.ts';

/** Path in the container → path in the project, relative to its root. */
export type LocatePath = (path: string) => string;

/**
 * Files below the image's working directory are taken for copies of the build context, which is
 * where `COPY . .` puts them. Paths elsewhere stay as they are.
 */
export function createLocatePath(
  workingDirectory: string,
  project: Pick<Project, 'root'> & { readonly build: Pick<Project['build'], 'context'> },
): LocatePath {
  return (path) => {
    const inside = posix.relative(workingDirectory, path);
    if (!posix.isAbsolute(path) || inside === '' || inside.startsWith('..')) return path;
    return relative(project.root, join(project.build.context, inside));
  };
}
