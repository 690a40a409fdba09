import type { Clock } from '../context/clock.ts';
import type { Engine } from '../engine/engine.ts';
import { type AgreedTrees, findContainerOnly } from './agreed-trees.ts';
import { ArchiveTransport, listingRoots } from './archive-transport.ts';
import type { HostSnapshot, HostTree } from './host-tree.ts';
import { readImageListing } from './image-listing.ts';
import { orderOperations, planPath } from './plan-operations.ts';
import { SyncManifest } from './sync-manifest.ts';

/** A created container that is to get the host tree before its start. */
export interface SeedOptions {
  readonly engine: Engine;
  /** Name or id; created from the image and not started. */
  readonly container: string;
  readonly imageId: string;
  readonly tree: HostTree;
  readonly snapshot: HostSnapshot;
  readonly clock: Clock;
  /** Where to remember what images hold. */
  readonly directory: string;
}

/** What a container got, and what both sides have now. */
export interface SeedResult {
  /** Host paths that were written into the container. */
  readonly sent: readonly string[];
  readonly agreed: AgreedTrees;
}

/**
 * Brings a container that was created from an image, and not started, to the state of the host.
 * Nothing can be deleted in it before its start.
 */
export async function seedContainer(
  { engine, container, imageId, tree, snapshot, clock, directory }: SeedOptions,
  signal: AbortSignal,
): Promise<SeedResult> {
  const { map } = tree;
  const manifest = new SyncManifest();
  const operations = orderOperations(
    [...snapshot.values()].flatMap((item) =>
      planPath(item.path, item, { map, manifest, force: true }),
    ),
  );
  const roots = listingRoots(map.roots, operations);
  const listing = await readImageListing({ engine, imageId, container, roots, directory }, signal);
  await using archive = new ArchiveTransport({ engine, container, roots, clock, listing });
  const wanted = operations.map(({ path, state }) => ({ path, state, bytes: 0 }));
  const different = new Set((await archive.compare(wanted, signal)).map(({ path }) => path));
  const sending = operations
    .filter(({ path }) => different.has(path))
    .flatMap((operation) => {
      if (operation.type !== 'file') return [operation];
      const item = tree.read(operation.hostPath);
      if (item?.kind !== 'file') return [];
      return [{ ...operation, state: item.state, content: item.content }];
    });
  if (sending.length > 0) await archive.apply(sending, undefined, signal);
  const sent = new Map(sending.map(({ path, state }) => [path, state]));
  for (const { hostPath, path, state } of operations) {
    const now = different.has(path) ? sent.get(path) : state;
    if (now) manifest.set({ hostPath, containerPath: path, state: now });
  }
  const containerOnly = findContainerOnly(listing, map, manifest);
  return {
    sent: sending.map((operation) => operation.hostPath),
    agreed: { manifest, containerOnly },
  };
}
