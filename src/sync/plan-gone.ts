import type { HostSnapshot, HostTree } from './host-tree.ts';
import { deleteOperation, orderOperations, type PlannedOperation } from './plan-operations.ts';

/**
 * Deletes of what an image or an earlier sync brought and the host no longer has. What is there and
 * not in the snapshot, because it cannot be read or takes a build, is not gone.
 */
export function planGone(
  known: Iterable<string>,
  snapshot: HostSnapshot,
  tree: Pick<HostTree, 'map' | 'has'>,
): readonly PlannedOperation[] {
  const operations = [...known]
    .filter((path) => !snapshot.has(path) && !tree.has(path))
    .flatMap((path) => {
      const fate = tree.map.fateOf(path);
      if (fate.type === 'rebuild') return [];
      // What it was is not known any more.
      const places = [fate, tree.map.fateOf(path, 'directory')].flatMap((item) =>
        item.type === 'sync' ? item.targets.map((target) => target.containerPath) : [],
      );
      return [...new Set(places)].map((place) => deleteOperation(path, place, undefined));
    });
  return orderOperations(operations);
}
