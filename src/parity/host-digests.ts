import type { Project } from '../project/project.ts';
import type { HostTree } from '../sync/host-tree.ts';
import { hashOf, type PathState } from '../sync/path-state.ts';
import { readTree } from '../up/live/read-tree.ts';

/**
 * What the tree would put where in a container: absolute path → digest of the content, in the words
 * of the probe. Files that cannot be read are left out.
 */
export async function readHostDigests(
  project: Pick<Project, 'build' | 'sync'>,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const tree = await readTree(project);
  const snapshot = await tree.walk(() => {}, signal);
  const synced = [...snapshot.values()].flatMap(({ path, kind, state }) => {
    const fate = tree.map.fateOf(path, kind === 'directory' ? 'directory' : 'file');
    if (kind === 'directory' || fate.type !== 'sync') return [];
    return fate.targets.map(({ containerPath }) => [containerPath, wordOf(state)] as const);
  });
  return Object.fromEntries([...synced, ...readBuilt(tree)]);
}

/** Files that a build brings, such as requirements.txt. */
function readBuilt(tree: HostTree): readonly (readonly [string, string])[] {
  return tree.built.flatMap(([hostPath, containerPath]) => {
    try {
      const item = tree.read(hostPath);
      return item === undefined || item.kind === 'directory'
        ? []
        : [[containerPath, wordOf(item.state)] as const];
    } catch {
      return [];
    }
  });
}

/** `file <hash> x` → `<hash>`; `link <target>` stays. */
function wordOf(state: PathState): string {
  return state.startsWith('file ') ? hashOf(state) : state;
}
