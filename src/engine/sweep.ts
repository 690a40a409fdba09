import { DjdevError } from '../errors/djdev-error.ts';
import type { EngineLink } from './engine-link.ts';
import type { OwnedResource } from './engine.ts';
import { listLabelled, removeOwned } from './owned.ts';
import { hasDied } from './owner.ts';

/**
 * Removes what dead djdev processes of this machine left on the engine, containers before the
 * networks and volumes they use. Live runs, other machines and persistent things are not touched.
 * What cannot be removed stays for the next sweep.
 */
export async function sweep(
  link: EngineLink,
  signal: AbortSignal,
): Promise<readonly OwnedResource[]> {
  const found = await listLabelled(link, {}, signal);
  const removed: OwnedResource[] = [];
  for (const { resource, owner } of found) {
    if (!owner || !(await hasDied(owner, link.owner))) continue;
    try {
      await removeOwned(link, resource, signal);
      removed.push(resource);
    } catch (error) {
      signal.throwIfAborted();
      // Another sweep, or a person, may be at it in the same moment.
      if (!(error instanceof DjdevError) || error.code === 'DJ-ENGINE-LOST') throw error;
    }
  }
  return removed;
}
