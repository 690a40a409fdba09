import type { Clock } from '../context/clock.ts';
import type { Engine } from '../engine/engine.ts';
import { AgentConnection } from './agent-connection.ts';
import { ArchiveTransport } from './archive-transport.ts';
import { connectTransport } from './connect-transport.ts';
import type { UnreadableFile } from './host-item.ts';
import type { HostTree } from './host-tree.ts';
import { KnownPaths } from './known-paths.ts';
import { orderOperations, planPath } from './plan-operations.ts';
import { planGone } from './plan-gone.ts';
import { SyncManifest } from './sync-manifest.ts';
import type { DifferentPath, WantedPath } from './transport.ts';

/** A created container that is to get the host tree before its start. */
export interface SeedOptions {
  readonly engine: Engine;
  /** Name or id; created and not started. */
  readonly container: string;
  readonly tree: HostTree;
  readonly clock: Clock;
  /** The same as for `startSync`. */
  readonly stateDirectory: string;
  readonly onUnreadable: (problem: UnreadableFile) => void;
}

export interface SeedResult {
  /** Host paths that were written into the container. */
  readonly sent: readonly string[];
  /** Host paths whose container paths are still there: nothing can be deleted before the start. */
  readonly waiting: readonly string[];
  /** Deletes them, once the container runs. Without Python and `rm` in the image it answers what stays. */
  deleteWaiting(signal: AbortSignal): Promise<readonly string[]>;
}

/** Brings a container that was created from an image, and not started, to the state of the host. */
export async function seedContainer(
  { engine, container, tree, clock, stateDirectory, onUnreadable }: SeedOptions,
  signal: AbortSignal,
): Promise<SeedResult> {
  const { map } = tree;
  const facts = await engine.inspectContainer(container, signal);
  const known = await KnownPaths.read(stateDirectory, map.context, facts?.imageId ?? container);
  const snapshot = await tree.walk(onUnreadable, signal);
  const manifest = new SyncManifest();
  const operations = orderOperations(
    [...snapshot.values()].flatMap((item) =>
      planPath(item.path, item, { map, manifest, force: true }),
    ),
  );
  const gone = planGone(known, snapshot, map);
  await using archive = new ArchiveTransport(engine, container, map.roots, clock, 'stopped');
  const wanted = [...operations, ...gone].map(({ path, state, hostPath }): WantedPath => {
    return { path, state, bytes: snapshot.get(hostPath)?.bytes ?? 0 };
  });
  const different = new Set((await archive.compare(wanted, signal)).map(pathOf));
  const sending = operations
    .filter(({ path }) => different.has(path))
    .flatMap((operation) => {
      if (operation.type !== 'file') return [operation];
      const item = tree.read(operation.hostPath);
      return item?.kind === 'file' ? [{ ...operation, content: item.content }] : [];
    });
  if (sending.length > 0) await archive.apply(sending, undefined, signal);
  for (const path of snapshot.keys()) known.add(path);
  await known.save();
  const waiting = gone.filter(({ path }) => different.has(path));
  return {
    sent: sending.map((operation) => operation.hostPath),
    waiting: waiting.map((operation) => operation.hostPath),
    async deleteWaiting(until) {
      if (waiting.length === 0) return [];
      const listener = { onChanged: () => {} };
      const place = { roots: map.roots, clock };
      await using transport = await connectTransport(engine, container, listener, place, until);
      // The archive only deletes what it has seen.
      if (!(transport instanceof AgentConnection)) {
        await transport.compare(
          waiting.map(({ path }) => ({ path, state: null, bytes: 0 })),
          until,
        );
      }
      const { errors } = await transport.apply(waiting, undefined, until);
      return errors.map((error) => error.path);
    },
  };
}

function pathOf({ path }: DifferentPath): string {
  return path;
}
