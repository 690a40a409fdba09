import type { Ownership } from './engine.ts';
import { formatOwner, type OwnerStamp, parseOwner } from './owner.ts';

const prefix = 'dev.djdev.';

/** On everything djdev makes: it is found again by this label. */
export const projectLabel = `${prefix}project`;
export const worktreeLabel = `${prefix}worktree`;

/** The labels of something djdev makes. Only what should die with its process names an owner. */
export function labelsFor(
  ownership: Ownership,
  owner: OwnerStamp,
): Readonly<Record<string, string>> {
  const { project, session, role, worktree, persistent = false } = ownership;
  const labels = {
    [projectLabel]: project,
    [`${prefix}session`]: session,
    [`${prefix}role`]: role,
    [worktreeLabel]: worktree,
  };
  return persistent ? labels : { ...labels, [`${prefix}owner`]: formatOwner(owner) };
}

/** The way back from labels; what carries no owner is persistent. */
export function ownershipFrom(labels: Readonly<Record<string, string>>): {
  readonly ownership: Ownership;
  readonly owner: OwnerStamp | undefined;
} {
  const read = (noun: string): string => labels[prefix + noun] ?? '';
  const owner = parseOwner(read('owner'));
  const ownership = {
    project: read('project'),
    session: read('session'),
    role: read('role'),
    worktree: read('worktree'),
  };
  return { ownership: owner ? ownership : { ...ownership, persistent: true }, owner };
}
