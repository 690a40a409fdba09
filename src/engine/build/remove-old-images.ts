import type { Engine } from '../engine.ts';

/**
 * Removes the tags of a repository but two: `current`, and `previous` or else the newest other one.
 * What a container uses stays. One that another djdev removes at the same time is no failure.
 */
export async function removeOldImages(
  engine: Engine,
  repository: string,
  kept: { readonly current: string; readonly previous: string },
  signal: AbortSignal,
): Promise<void> {
  const references = await engine.listImages(repository, signal);
  const others = references.filter((reference) => reference !== kept.current);
  // Asked first because the engine's own order is by the second and by the cached layers' age.
  const second = others.includes(kept.previous) ? kept.previous : others[0];
  for (const reference of others.filter((reference) => reference !== second)) {
    await engine.removeImage(reference, signal);
  }
}
