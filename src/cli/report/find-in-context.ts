import path from 'node:path';
import { readDockerignore } from '../../project/dockerignore.ts';
import type { Project } from '../../project/project.ts';

/**
 * Those of the paths that `COPY . .` would take into the image, relative to the build context: what
 * is written there makes the next build another one.
 */
export async function findInContext(
  { build }: Project,
  paths: readonly string[],
): Promise<readonly string[]> {
  const relative = paths
    .map((file) => path.relative(build.context, file).split(path.sep).join('/'))
    .filter((file) => file !== '' && !file.startsWith('..') && !path.isAbsolute(file));
  if (relative.length === 0) return [];
  const dockerignore = await readDockerignore(build);
  return relative.filter((file) => !dockerignore.ignores(file));
}
