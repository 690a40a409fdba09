import type { AgentConnection } from './agent-connection.ts';
import type { SyncEvent } from './sync-event.ts';
import type { SyncManifest } from './sync-manifest.ts';
import type { SyncMap } from './sync-map.ts';

/**
 * Has the agent tell what others change in the directories that are synced, and below them.
 * Answers what to emit when it cannot.
 */
export async function watchContainer(
  agent: AgentConnection,
  container: string,
  { map, manifest, exclude }: { map: SyncMap; manifest: SyncManifest; exclude: readonly string[] },
  signal: AbortSignal,
): Promise<SyncEvent | undefined> {
  const roots = map.roots.filter((root) => root !== '/');
  const found = await agent.listDirectories(roots, signal);
  const known = [...manifest.all()].flatMap((entry) =>
    entry.state === 'dir' ? [entry.containerPath] : [],
  );
  const directories = [...new Set([...found, ...known])].filter((directory) => {
    const isExcluded = exclude.some(
      (item) => directory === item || directory.startsWith(`${item}/`),
    );
    const hostPath = map.hostPathOf(directory);
    return !isExcluded && (hostPath === undefined || !map.prunes(hostPath));
  });
  const problem = await agent.watch(directories, signal);
  if (!problem) return undefined;
  return {
    type: 'sync-failed',
    container,
    paths: [],
    message: `Files made in the container do not come back: ${problem.message}.`,
    hint: 'On the machine of the engine, raise fs.inotify.max_user_watches and fs.inotify.max_user_instances.',
  };
}
