import type { SyncDefinition } from '../project/project.ts';
import type { SyncMap } from './sync-map.ts';

/** The container paths from which nothing comes back, of those that are synced at all. */
export function oneWayPaths(
  map: SyncMap,
  { oneWay }: Pick<SyncDefinition, 'oneWay'>,
): readonly string[] {
  return oneWay.flatMap((path) => {
    if (path.startsWith('/')) return [path.replace(/(.)\/$/, '$1')];
    const fate = map.fateOf(path.replace(/\/$/, ''), 'directory');
    return fate.type === 'sync' ? fate.targets.map(({ containerPath }) => containerPath) : [];
  });
}
