import { dirname, join } from 'node:path';
import { buildCacheDirectory } from '../../engine/build/inputs/cache-directory.ts';
import { readDockerignore } from '../../project/dockerignore.ts';
import type { Project } from '../../project/project.ts';
import { readDockerfile } from '../../project/read-dockerfile.ts';
import { HostTree } from '../../sync/host-tree.ts';
import { planSync } from '../../sync/plan-sync.ts';

/** The project's files as the Dockerfile and .dockerignore of this moment place them. */
export async function readTree({ build }: Pick<Project, 'build'>): Promise<HostTree> {
  const [dockerfile, ignore] = await Promise.all([
    readDockerfile(build.dockerfile),
    readDockerignore(build),
  ]);
  return new HostTree(planSync(dockerfile, ignore, { build }));
}

/** Where the sync remembers what each image got. */
export function syncStateDirectory(): string {
  return join(dirname(buildCacheDirectory(process.env)), 'sync');
}
