import { findOnEngine } from './engine-call.ts';
import type { EngineLink } from './engine-link.ts';

/**
 * What a container's own layer holds that its image does not: absolute paths that were added,
 * changed or removed since it was made, directories above them included. Nothing of volumes.
 */
export async function listChangedPaths(
  link: EngineLink,
  id: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const path = `/containers/${id}/changes`;
  const call = { method: 'GET', path, doing: `list what container ${id} has changed` } as const;
  const found = await findOnEngine<readonly { readonly Path: string }[] | null>(
    link.http,
    call,
    signal,
  );
  return (found ?? []).map((change) => change.Path);
}
