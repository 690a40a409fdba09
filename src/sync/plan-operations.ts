import type { HostItem } from './host-item.ts';
import { directoryState } from './path-state.ts';
import type { SyncManifest } from './sync-manifest.ts';
import type { SyncMap } from './sync-map.ts';
import type { SyncOperation } from './transport.ts';

/** An operation and the host path it is for. */
export interface PlannedOperation extends SyncOperation {
  readonly hostPath: string;
}

type ItemFacts = Omit<HostItem, 'content'> & { readonly content?: Buffer | undefined };

/**
 * What one host path, as it is now (`undefined`: not there), asks of the container. `force`: what
 * the container has gives way, whatever it is. Pure.
 */
export function planPath(
  path: string,
  item: ItemFacts | undefined,
  { map, manifest, force = false }: { map: SyncMap; manifest: SyncManifest; force?: boolean },
): readonly PlannedOperation[] {
  const fate = item && map.fateOf(path, item.kind === 'directory' ? 'directory' : 'file');
  const targets = fate?.type === 'sync' ? fate.targets : [];
  const places = new Set(targets.map((target) => target.containerPath));
  const wasDirectory = manifest.at(path).some((entry) => entry.state === directoryState);
  const gone = [
    ...manifest.at(path).filter((entry) => !places.has(entry.containerPath)),
    ...(wasDirectory && item?.kind !== 'directory' ? manifest.below(path) : []),
  ];
  const deletes = gone.map(({ hostPath, containerPath, state }) =>
    deleteOperation(hostPath, containerPath, state),
  );
  if (!item) return deletes;
  const puts = targets
    .filter((target) => force || manifest.stateOf(target.containerPath) !== item.state)
    .map((target): PlannedOperation => ({
      hostPath: path,
      type: item.kind === 'directory' ? 'dir' : item.kind === 'symlink' ? 'link' : 'file',
      path: target.containerPath,
      state: item.state,
      base: force ? undefined : manifest.stateOf(target.containerPath),
      mode: item.mode,
      owner: target.owner,
      chmod: target.mode,
      content: item.content,
      linkTarget: item.linkTarget,
    }));
  return [...deletes, ...puts];
}

export function deleteOperation(
  hostPath: string,
  path: string,
  base: string | undefined,
): PlannedOperation {
  const unused = { mode: 0, owner: undefined, chmod: undefined, content: undefined };
  return { hostPath, type: 'delete', path, state: null, base, linkTarget: undefined, ...unused };
}

/** Deletes first and from below, then directories from above, then what lies in them. */
export function orderOperations(
  operations: readonly PlannedOperation[],
): readonly PlannedOperation[] {
  const rank = { delete: 0, dir: 1, file: 2, link: 2 } as const;
  const depth = (operation: PlannedOperation): number => operation.path.split('/').length;
  return operations.toSorted((left, right) => {
    const ranks = rank[left.type] - rank[right.type];
    if (ranks !== 0) return ranks;
    return left.type === 'delete' ? depth(right) - depth(left) : depth(left) - depth(right);
  });
}
