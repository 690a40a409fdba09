import path from 'node:path';
import type { ImageFacts } from '../../engine/engine.ts';
import type { Project } from '../../project/project.ts';

/**
 * The directory of the container for the one the person is in. Nothing is said for the project's
 * root: there the image's own working directory holds. Pure.
 */
export function mapDirectory(
  cwd: string,
  { root }: Pick<Project, 'root'>,
  { workingDirectory }: Pick<ImageFacts, 'workingDirectory'>,
): { readonly workingDirectory?: string } {
  const below = path.relative(root, cwd);
  const isInside = below !== '' && !below.startsWith('..') && !path.isAbsolute(below);
  if (!isInside) return {};
  return { workingDirectory: path.posix.join(workingDirectory, ...below.split(path.sep)) };
}
