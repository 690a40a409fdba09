import { rm } from 'node:fs/promises';
import type { Engine } from '../engine/engine.ts';
import type { ReadPath } from './agent-connection.ts';
import { agreedState, type AgreedTrees, isMapped } from './agreed-trees.ts';
import { listingRoots } from './archive-transport.ts';
import { type BroughtBack, bringBack, isExcluded, largestBytes } from './bring-back.ts';
import type { ReturnedEntry } from './change-queue.ts';
import { listContainer, type ReadContainerPath } from './container-listing.ts';
import type { HostTree } from './host-tree.ts';
import { isMadeExecutable } from './path-state.ts';
import { storeFile } from './store-file.ts';

/** A container that has ended, and what both sides had in common before. */
export interface EndedContainer {
  readonly engine: Engine;
  readonly container: string;
  readonly tree: HostTree;
  readonly agreed: AgreedTrees;
  /** Container paths from which nothing comes back. */
  readonly exclude: readonly string[];
}

/** What came back. Disposing it removes the large files that nobody has taken. */
export interface Collected extends AsyncDisposable {
  readonly back: BroughtBack;
}

/** Brings back what a container that has ended has made, changed and deleted. */
export async function collectChanges(
  { engine, container, tree, agreed, exclude }: EndedContainer,
  signal: AbortSignal,
): Promise<Collected> {
  const { manifest } = agreed;
  const places = [...manifest.all()].map(({ containerPath }) => ({ path: containerPath }));
  const roots = listingRoots(tree.map.roots, places);
  // A conflict that was noticed while it ran is still one.
  for (const path of manifest.conflicted) manifest.delete(path);
  manifest.conflicted.clear();
  const isWanted = createFilter(tree, agreed);
  const wishes = {
    roots,
    keeps: (path: string, bytes: number) => bytes <= largestBytes && isWanted(path),
    skips: (path: string) => !roots.includes(path) && !isWanted(path),
  };
  const seen = new Set<string>();
  const changed = new Map<string, ReturnedEntry & { readonly file: ReadPath }>();
  for await (const found of listContainer(engine, container, wishes, signal)) {
    seen.add(found.path);
    const base = agreedState(agreed, found.path);
    if (found.state === base || isMadeExecutable(base, found.state)) continue;
    const kind = found.state === 'dir' ? 'dir' : 'file';
    const { path, bytes } = found;
    changed.set(path, { path, kind, bytes, file: describe(found) });
  }
  const stored = new Map<string, string>();
  for (const [path, { bytes, file }] of changed) {
    if (bytes <= largestBytes || isExcluded(path, exclude)) continue;
    const place = `${tree.map.context}/.djdev-${process.pid}-${stored.size}.tmp`;
    stored.set(path, place);
    await storeFile(engine, { container, path, place }, signal);
    // The container goes, so that its size is no reason to leave it there.
    changed.set(path, { path, kind: 'file', bytes: 0, file: { ...file, stored: place } });
  }
  for (const { path } of places) {
    // Below a root that could not be read nothing is known to be gone.
    const isKnown = roots.some((root) => seen.has(root) && isAtOrBelow(path, root));
    if (!isKnown || seen.has(path)) continue;
    changed.set(path, { path, kind: 'none', bytes: 0, file: gone(path) });
  }
  const surroundings = { tree, manifest, built: new Map(agreed.containerOnly), exclude };
  const back = await bringBack(changed.values(), surroundings, async (paths) =>
    paths.flatMap((path) => changed.get(path)?.file ?? []),
  );
  return {
    back,
    async [Symbol.asyncDispose]() {
      for (const place of stored.values()) await rm(place, { force: true });
    },
  };
}

/** Asked several times for each path of a container. */
function createFilter(
  { map }: HostTree,
  { manifest, containerOnly }: AgreedTrees,
): (path: string) => boolean {
  const answers = new Map<string, boolean>();
  return (path) => {
    const known = answers.get(path);
    if (known !== undefined) return known;
    const isBase = manifest.stateOf(path) !== null || containerOnly.has(path);
    const answer = isBase || isMapped(map, path, false) || isMapped(map, path, true);
    answers.set(path, answer);
    return answer;
  };
}

function describe({ path, state, mode, content }: ReadContainerPath): ReadPath {
  return { path, state, mode, content: content ?? Buffer.alloc(0), error: undefined };
}

function gone(path: string): ReadPath {
  return { path, state: null, mode: 0, content: Buffer.alloc(0), error: undefined };
}

function isAtOrBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(root === '/' ? '/' : `${root}/`);
}
