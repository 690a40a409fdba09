import type { ReadPath } from './agent-connection.ts';
import { backPathOf } from './agreed-trees.ts';
import type { ReturnedEntry } from './change-queue.ts';
import { UnreadableFile } from './host-item.ts';
import type { HostTree } from './host-tree.ts';
import { directoryState } from './path-state.ts';
import type { SyncManifest } from './sync-manifest.ts';
import { deleteHost, writeHost } from './write-host.ts';

/** A path that stays in the container, and why. */
interface LeftBehind {
  readonly paths: readonly string[];
  readonly message: string;
  readonly hint: string;
}

/** A path changed on both sides, and what the container has there. */
export interface Conflict {
  readonly hostPath: string;
  readonly file: ReadPath;
}

/** What became of changes in the container; paths are the host's. */
export interface BroughtBack {
  readonly paths: readonly string[];
  readonly deletes: readonly string[];
  readonly conflicts: readonly Conflict[];
  readonly failures: readonly LeftBehind[];
}

/** Both trees, and what they had in common last. */
export interface BackSurroundings {
  readonly tree: HostTree;
  readonly manifest: SyncManifest;
  /** What the container has of files that a build brings and the sync does not, by its path. */
  readonly built: Map<string, string>;
  /** Container paths from which nothing comes back. */
  readonly exclude: readonly string[];
}

interface Wanted {
  readonly hostPath: string;
  readonly containerPath: string;
  readonly kind: ReturnedEntry['kind'];
  readonly bytes: number;
}

/** Larger files are data, not source. */
export const largestBytes = 64 * 1024 * 1024;
const largestPiece = 500;
/** So many deletes at once, and most of the tree: rather a mistake than somebody's wish. */
const massDeletes = 50;

/**
 * Writes to the host what was made, changed or deleted in the container, where the host still has
 * what both had in common. Ignored paths, runtime products and what lies below `exclude` stay there.
 */
export async function bringBack(
  entries: Iterable<ReturnedEntry>,
  surroundings: BackSurroundings,
  read: (containerPaths: readonly string[]) => Promise<readonly ReadPath[]>,
): Promise<BroughtBack> {
  const { manifest } = surroundings;
  const outcome = {
    paths: [] as string[],
    deletes: [] as string[],
    conflicts: [] as Conflict[],
    failures: [] as LeftBehind[],
  };
  const wanted = [...entries].flatMap((entry) => {
    const place = selectEntry(entry, surroundings);
    if (!place || entry.bytes <= largestBytes) return place ?? [];
    outcome.failures.push(...leaveLarge(place, entry.bytes, manifest));
    return [];
  });
  const { puts, deletes } = orderWanted(wanted);
  const isMass = deletes.length > massDeletes && deletes.length > manifest.size / 2;
  if (isMass) outcome.failures.push(leaveDeletes(deletes));
  for (const piece of splitBySize(isMass ? puts : [...puts, ...deletes])) {
    const files = await read(piece.map((item) => item.containerPath));
    const found = new Map(files.map((item) => [item.path, item]));
    for (const item of piece) {
      const file = found.get(item.containerPath);
      if (!file || file.error || file.state === 'other') continue;
      try {
        const done = takeOver(item, file, surroundings);
        if (done === 'conflict') outcome.conflicts.push({ hostPath: item.hostPath, file });
        else if (done) outcome[done].push(item.hostPath);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        const hint = 'Check that you may write there, then copy the file by hand.';
        outcome.failures.push({ paths: [item.hostPath], message, hint });
      }
    }
  }
  return outcome;
}

/** Whether nothing at a container path comes back. */
export function isExcluded(path: string, exclude: readonly string[]): boolean {
  return exclude.some((item) => path === item || path.startsWith(`${item}/`));
}

function selectEntry(
  { path, kind, bytes }: ReturnedEntry,
  { tree, exclude }: BackSurroundings,
): Wanted | undefined {
  if (isExcluded(path, exclude)) return undefined;
  const hostPath = backPathOf(tree.map, path, kind === 'dir');
  return hostPath === undefined ? undefined : { hostPath, containerPath: path, kind, bytes };
}

/** What is there from above, then what is gone from below. */
function orderWanted(wanted: readonly Wanted[]) {
  const byDepth = (left: Wanted, right: Wanted): number =>
    left.containerPath.length - right.containerPath.length;
  return {
    puts: wanted.filter(({ kind }) => kind !== 'none').sort(byDepth),
    deletes: wanted
      .filter(({ kind }) => kind === 'none')
      .sort((left, right) => byDepth(right, left)),
  };
}

/** No more than one large file, or many small ones, are in memory at once. */
function* splitBySize(wanted: readonly Wanted[]): Generator<readonly Wanted[]> {
  let piece: Wanted[] = [];
  let bytes = 0;
  for (const item of wanted) {
    if (piece.length >= largestPiece || (piece.length > 0 && bytes + item.bytes > largestBytes)) {
      yield piece;
      piece = [];
      bytes = 0;
    }
    piece.push(item);
    bytes += item.bytes;
  }
  if (piece.length > 0) yield piece;
}

/** Told once for each file, not for each write to it. */
function leaveLarge(
  { hostPath, containerPath }: Wanted,
  bytes: number,
  manifest: SyncManifest,
): readonly LeftBehind[] {
  if (manifest.leftBehind.has(containerPath)) return [];
  manifest.leftBehind.add(containerPath);
  const [size, most] = [bytes, largestBytes].map((count) => Math.round(count / 1024 / 1024));
  const message = `${hostPath} has ${size} MB and stays in the container: files of more than ${most} MB are not brought back.`;
  const hint = 'Copy it with `docker cp`, or name it under sync.ignore in djdev.yaml.';
  return [{ paths: [hostPath], message, hint }];
}

function leaveDeletes(deletes: readonly Wanted[]): LeftBehind {
  const message = `${deletes.length} paths, most of the tree, were deleted in the container at once. They stay here.`;
  const hint = 'Delete them here if that is what you want; else the next start puts them back.';
  return { paths: deletes.map(({ hostPath }) => hostPath), message, hint };
}

/** In which list the path goes; `undefined` when there was nothing to do. */
function takeOver(
  { hostPath, containerPath }: Wanted,
  file: ReadPath,
  { tree, manifest, built }: BackSurroundings,
): 'paths' | 'deletes' | 'conflict' | undefined {
  const isBuilt = tree.map.fateOf(hostPath).type === 'rebuild';
  const agreed = isBuilt ? (built.get(containerPath) ?? null) : manifest.stateOf(containerPath);
  const { state } = file;
  const agree = (now: string | null): void => {
    if (isBuilt && now !== null) built.set(containerPath, now);
    else if (isBuilt) built.delete(containerPath);
    else if (now === null) manifest.delete(containerPath);
    else manifest.set({ hostPath, containerPath, state: now });
  };
  if (state === agreed) return undefined;
  const hostState = readState(tree, hostPath);
  if (hostState === state) {
    agree(state);
    return undefined;
  }
  if (hostState !== agreed) {
    // Told once; from here on the next save on the host goes over the container's version.
    agree(state);
    manifest.conflicted.add(containerPath);
    return 'conflict';
  }
  const root = tree.map.context;
  if (state === null) deleteHost(root, hostPath);
  else if (state === directoryState) writeHost(root, hostPath, { type: 'dir' });
  else if (state.startsWith('link ')) {
    writeHost(root, hostPath, { type: 'link', target: state.slice('link '.length) });
  } else {
    const isExecutable = state.endsWith(' x');
    const { content, stored } = file;
    writeHost(root, hostPath, { type: 'file', content, stored, isExecutable });
  }
  agree(state);
  return state === null ? 'deletes' : 'paths';
}

function readState(tree: HostTree, path: string): string | null {
  try {
    return tree.read(path)?.state ?? null;
  } catch (error) {
    if (error instanceof UnreadableFile) return 'unreadable';
    throw error;
  }
}
