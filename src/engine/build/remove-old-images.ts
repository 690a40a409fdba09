import type { Engine } from '../engine.ts';

const keptImages = 2;

/**
 * Removes the tags of a repository but `current` and the newest other one. What a container uses
 * stays. One that another djdev removes at the same time is no failure.
 */
export async function removeOldImages(
  engine: Engine,
  repository: string,
  current: string,
  signal: AbortSignal,
): Promise<void> {
  const references = await engine.listImages(repository, signal);
  const others = references.filter((reference) => reference !== current);
  for (const reference of others.slice(keptImages - 1)) {
    await engine.removeImage(reference, signal);
  }
}
