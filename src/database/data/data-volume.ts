import { createHash } from 'node:crypto';
import type { Context } from '../../context/context.ts';
import type { ImageFacts } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { ScratchPostgresPlan } from '../plan-scratch-postgres.ts';
import {
  type ScratchPostgres,
  type ScratchPostgresPlacement,
  startScratchPostgres,
} from '../scratch-postgres.ts';

/** Role of the volume that holds restored data. */
export const dataRole = 'data';

/** Another image brings other libraries, by whose order the indexes are sorted: it starts anew. */
export function dataVolume(worktree: string, plan: ScratchPostgresPlan, image: ImageFacts): string {
  const digest = createHash('sha256').update(`${image.id}\0${plan.user}`).digest('hex');
  return `djdev-${worktree}-data-${digest.slice(0, 8)}`;
}

/** Data that was restored for images that are not used any more. */
export async function removeOthers(
  { engine, signal }: Context,
  worktree: string,
  volume: string,
): Promise<void> {
  const owned = await engine.listOwned({ worktree }, signal);
  const old = owned.filter(
    ({ kind, name, ownership }) =>
      kind === 'volume' && ownership.role === dataRole && name !== volume,
  );
  // One that is in use stays for the next run.
  await Promise.allSettled(old.map((resource) => engine.removeOwned(resource, signal)));
}

const waitMs = 250;

/**
 * The container has the volume's name, so that there can be only one: two servers on the same files
 * would destroy them. A second run waits for the first.
 */
export async function startAlone(
  context: Context,
  plan: ScratchPostgresPlan,
  placement: Omit<ScratchPostgresPlacement, 'containerName'> & { readonly volume: string },
  onProgress: (text: string) => void,
): Promise<ScratchPostgres> {
  const { engine, signal, clock } = context;
  const containerName = placement.volume;
  for (;;) {
    try {
      return await startScratchPostgres(context, plan, { ...placement, containerName });
    } catch (error) {
      const isTaken = error instanceof DjdevError && /already in use/u.test(error.message);
      if (!isTaken) throw error;
      const worktree = placement.ownership.worktree;
      const owned = await engine.listOwned({ worktree }, signal);
      const holder = owned.find(({ kind, name }) => kind === 'container' && name === containerName);
      if (holder?.ownership.persistent === true) {
        throw new DjdevError('DJ-DATA-BUSY', {
          message: 'The restored data is in use by a rehearsal that was kept.',
          hint: 'End it with djdev down, or rehearse with --no-data.',
          cause: error,
        });
      }
    }
    onProgress('waiting for another rehearsal with the same data');
    await clock.sleep(waitMs, signal);
  }
}
