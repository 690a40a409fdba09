import type { ImageListing } from './image-listing.ts';
import type { PathState } from './path-state.ts';
import { isRuntimeProduct } from './runtime-product.ts';
import type { SyncManifest } from './sync-manifest.ts';
import type { SyncMap } from './sync-map.ts';

/** What both sides had before something was run, so that it can be told what it has done. */
export interface AgreedTrees {
  readonly manifest: SyncManifest;
  /** What only the container had where COPY writes, by its path: a RUN made it. */
  readonly containerOnly: ReadonlyMap<string, PathState>;
}

/** What a container had at a path; `null`: nothing. */
export function agreedState({ manifest, containerOnly }: AgreedTrees, path: string): string | null {
  return manifest.stateOf(path) ?? containerOnly.get(path) ?? null;
}

/** The paths of an image that the host has not, of those that would be synced if it had. */
export function findContainerOnly(
  listing: ImageListing,
  map: SyncMap,
  manifest: SyncManifest,
): ReadonlyMap<string, PathState> {
  const own = new Map<string, PathState>();
  for (const [path, { state }] of listing) {
    if (manifest.stateOf(path) === null && isMapped(map, path, state === 'dir')) {
      own.set(path, state);
    }
  }
  return own;
}

/** Whether a container path is one that comes back to the host when it changes. */
export function isMapped(map: SyncMap, containerPath: string, isDirectory: boolean): boolean {
  return backPathOf(map, containerPath, isDirectory) !== undefined;
}

/** The host path that changes when a container path does; `undefined` for what stays there. */
export function backPathOf(
  map: SyncMap,
  containerPath: string,
  isDirectory: boolean,
): string | undefined {
  const hostPath = map.hostPathOf(containerPath);
  if (hostPath === undefined || isRuntimeProduct(hostPath)) return undefined;
  const fate = map.fateOf(hostPath, isDirectory ? 'directory' : 'file');
  // A lock file that a command in the container writes is source, too; here it asks for a build.
  const comesBack =
    fate.type === 'sync' || (fate.type === 'rebuild' && fate.containerPath === containerPath);
  return comesBack ? hostPath : undefined;
}
