import { dirname, join } from 'node:path';
import { buildCacheDirectory } from '../../engine/build/inputs/cache-directory.ts';
import { readFileHashes } from '../../engine/build/inputs/file-hashes.ts';
import { readDockerignore } from '../../project/dockerignore.ts';
import type { Project } from '../../project/project.ts';
import { readDockerfile } from '../../project/read-dockerfile.ts';
import { HostTree } from '../../sync/host-tree.ts';
import type { SyncMemory } from '../../sync/known-paths.ts';
import { planSync } from '../../sync/plan-sync.ts';

/** The project's files as the Dockerfile and .dockerignore of this moment and the manifest place them. */
export async function readTree({
  build,
  sync,
}: Pick<Project, 'build' | 'sync'>): Promise<HostTree> {
  const [dockerfile, ignore, known] = await Promise.all([
    readDockerfile(build.dockerfile),
    readDockerignore(build),
    readFileHashes(build, buildCacheDirectory(process.env)),
  ]);
  return new HostTree(planSync(dockerfile, ignore, { build, sync }), known);
}

/** Where the sync remembers what images hold and what each of them got. */
export function syncMemory(): SyncMemory {
  const buildDirectory = buildCacheDirectory(process.env);
  return { directory: join(dirname(buildDirectory), 'sync'), buildDirectory };
}
