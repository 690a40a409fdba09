import type { HostSnapshot } from './host-tree.ts';
import { deleteOperation, orderOperations, type PlannedOperation } from './plan-operations.ts';
import type { SyncMap } from './sync-map.ts';

/** Deletes of what an image or an earlier sync brought and the host no longer has. Pure. */
export function planGone(
  known: Iterable<string>,
  snapshot: HostSnapshot,
  map: SyncMap,
): readonly PlannedOperation[] {
  const operations = [...known]
    .filter((path) => !snapshot.has(path))
    .flatMap((path) => {
      // What it was is not known any more.
      const places = (['file', 'directory'] as const).flatMap((kind) => {
        const fate = map.fateOf(path, kind);
        return fate.type === 'sync' ? fate.targets.map((target) => target.containerPath) : [];
      });
      return [...new Set(places)].map((place) => deleteOperation(path, place, undefined));
    });
  return orderOperations(operations);
}
