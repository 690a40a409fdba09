import type { AgentConnection, ReadPath } from './agent-connection.ts';
import type { ReturnedEntry } from './change-queue.ts';
import { UnreadableFile } from './host-item.ts';
import type { HostTree } from './host-tree.ts';
import { directoryState } from './path-state.ts';
import { isRuntimeProduct } from './runtime-product.ts';
import type { SyncManifest } from './sync-manifest.ts';
import { deleteHost, writeHost } from './write-host.ts';

/** What became of changes in the container; paths are the host's. */
export interface BroughtBack {
  readonly paths: readonly string[];
  readonly deletes: readonly string[];
  readonly conflicts: readonly string[];
  readonly failures: readonly { readonly path: string; readonly message: string }[];
}

interface Wanted {
  readonly hostPath: string;
  readonly containerPath: string;
  readonly kind: ReturnedEntry['kind'];
}

/** Larger files are data, not source. */
const largestBytes = 64 * 1024 * 1024;

/**
 * Writes to the host what was made, changed or deleted in the container, where the host still has
 * what both had in common. Ignored paths, runtime products and what lies below `exclude` stay there.
 */
export async function bringBack(
  entries: Iterable<ReturnedEntry>,
  {
    tree,
    manifest,
    exclude,
  }: { tree: HostTree; manifest: SyncManifest; exclude: readonly string[] },
  agent: AgentConnection,
  signal: AbortSignal,
): Promise<BroughtBack> {
  const wanted = [...entries].flatMap((entry) => selectEntry(entry, tree, exclude));
  const outcome = {
    paths: [] as string[],
    deletes: [] as string[],
    conflicts: [] as string[],
    failures: [] as { path: string; message: string }[],
  };
  if (wanted.length === 0) return outcome;
  const read = await agent.read(
    wanted.map((item) => item.containerPath),
    signal,
  );
  const byDepth = (left: Wanted, right: Wanted): number =>
    left.containerPath.length - right.containerPath.length;
  const found = new Map(read.map((item) => [item.path, item]));
  const stateOf = (item: Wanted): string | null => found.get(item.containerPath)?.state ?? null;
  const ordered = [
    ...wanted.filter((item) => stateOf(item) !== null).sort(byDepth),
    ...wanted.filter((item) => stateOf(item) === null).sort((left, right) => byDepth(right, left)),
  ];
  for (const item of ordered) {
    const file = found.get(item.containerPath);
    if (!file || file.error || file.state === 'other') continue;
    try {
      const done = takeOver(item, file, { tree, manifest });
      if (done !== undefined) outcome[done].push(item.hostPath);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      outcome.failures.push({ path: item.hostPath, message });
    }
  }
  return outcome;
}

function selectEntry(
  { path, kind, bytes }: ReturnedEntry,
  tree: HostTree,
  exclude: readonly string[],
): readonly Wanted[] {
  if (exclude.some((item) => path === item || path.startsWith(`${item}/`))) return [];
  if (bytes > largestBytes) return [];
  const hostPath = tree.map.hostPathOf(path);
  if (hostPath === undefined || isRuntimeProduct(hostPath)) return [];
  const fate = tree.map.fateOf(hostPath, kind === 'dir' ? 'directory' : 'file');
  return fate.type === 'sync' ? [{ hostPath, containerPath: path, kind }] : [];
}

/** In which list the path goes; `undefined` when there was nothing to do. */
function takeOver(
  { hostPath, containerPath }: Wanted,
  file: ReadPath,
  { tree, manifest }: { tree: HostTree; manifest: SyncManifest },
): 'paths' | 'deletes' | 'conflicts' | undefined {
  const agreed = manifest.stateOf(containerPath);
  const { state } = file;
  if (state === agreed) return undefined;
  const hostState = readState(tree, hostPath);
  if (hostState === state) {
    agree(manifest, { hostPath, containerPath }, state);
    return undefined;
  }
  if (hostState !== agreed) {
    // Told once; from here on the next save on the host goes over the container's version.
    agree(manifest, { hostPath, containerPath }, state);
    manifest.conflicted.add(containerPath);
    return 'conflicts';
  }
  const root = tree.map.context;
  if (state === null) deleteHost(root, hostPath);
  else if (state === directoryState) writeHost(root, hostPath, { type: 'dir' });
  else if (state.startsWith('link ')) {
    writeHost(root, hostPath, { type: 'link', target: state.slice('link '.length) });
  } else {
    const isExecutable = state.endsWith(' x');
    writeHost(root, hostPath, { type: 'file', content: file.content, isExecutable });
  }
  agree(manifest, { hostPath, containerPath }, state);
  return state === null ? 'deletes' : 'paths';
}

function agree(
  manifest: SyncManifest,
  place: { readonly hostPath: string; readonly containerPath: string },
  state: string | null,
): void {
  if (state === null) manifest.delete(place.containerPath);
  else manifest.set({ ...place, state });
}

function readState(tree: HostTree, path: string): string | null {
  try {
    return tree.read(path)?.state ?? null;
  } catch (error) {
    if (error instanceof UnreadableFile) return 'unreadable';
    throw error;
  }
}
