import { join } from 'node:path';
import {
  buildCacheDirectory,
  cacheKey,
  readCacheFile,
  writeCacheFile,
} from '../../engine/build/inputs/cache-directory.ts';
import type { ContainerSpec, ImageFacts } from '../../engine/engine.ts';
import type { ProcessDefinition } from '../../project/project.ts';
import { planReload, type ReloadPlan } from '../../reload/plan.ts';
import type { Stack } from '../../stack/open-stack.ts';

/** How a process takes new code, with the environment that it has in development. */
export function planReloadOf(
  { environment }: Stack,
  process: ProcessDefinition,
  image: ImageFacts,
): ReloadPlan {
  const own = Object.fromEntries(
    ['PYTHONPATH', 'PYTHONBREAKPOINT'].flatMap((name) => {
      const value = environment[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
  return planReload(process, { ...image, environment: { ...image.environment, ...own } });
}

/** The spec with what the plan asks for. Pure. */
export function withReload(spec: ContainerSpec, plan: ReloadPlan): ContainerSpec {
  return {
    ...spec,
    environment: { ...spec.environment, ...plan.environment },
    ...(Object.keys(plan.tmpfs).length === 0 ? {} : { tmpfs: { ...spec.tmpfs, ...plan.tmpfs } }),
  };
}

/** What processes have learned about the libraries of an image, to begin with next time. */
export async function readRemembered(image: ImageFacts): Promise<string | undefined> {
  const learned = await readCacheFile(rememberedFile(image));
  return typeof learned === 'string' ? learned : undefined;
}

export async function remember(image: ImageFacts, learned: string): Promise<void> {
  await writeCacheFile(rememberedFile(image), learned);
}

function rememberedFile(image: ImageFacts): string {
  const key = cacheKey(['learned', image.id]);
  return join(buildCacheDirectory(process.env), `${key}.learned.json`);
}
