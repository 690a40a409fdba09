import { createHash } from 'node:crypto';

/** What tells one checkout from another: six digits made of the real path of its root. */
export function worktreeHash(root: string): string {
  return createHash('sha256').update(root).digest('hex').slice(0, 6);
}
