import { AgentConnection } from './agent-connection.ts';
import type { AgreedTrees } from './agreed-trees.ts';
import type { ChangeQueue, ReturnedEntry } from './change-queue.ts';
import type { HostSnapshot } from './host-tree.ts';
import { planGone } from './plan-gone.ts';
import { orderOperations, planPath } from './plan-operations.ts';
import type { SessionOptions } from './start-sync.ts';
import { type Sent, splitPieces, type SyncDelivery } from './sync-delivery.ts';
import type { Transport, WantedPath } from './transport.ts';
import { watchContainer } from './watch-container.ts';

/** What the steps of one container's sync share. */
export interface SyncWork {
  readonly options: SessionOptions;
  readonly delivery: SyncDelivery;
  readonly queue: ChangeQueue;
}

/** Everything on the host; what cannot be read is told and left out. */
export async function walkHost(work: SyncWork, signal: AbortSignal): Promise<HostSnapshot> {
  const { options, delivery } = work;
  return await options.tree.walk((problem) => delivery.unreadable(problem), signal);
}

/** Both trees are compared by content; what the container has gives way. */
export async function sendDifference(
  work: SyncWork,
  transport: Transport,
  signal: AbortSignal,
): Promise<void> {
  const { options, delivery } = work;
  const startedMs = options.clock.monotonicMs();
  const { map } = options.tree;
  const { manifest, known } = delivery;
  const snapshot = await walkHost(work, signal);
  manifest.clear();
  const operations = orderOperations(
    [...snapshot.values()].flatMap((item) =>
      planPath(item.path, item, { map, manifest, force: true }),
    ),
  );
  const wantedPaths = new Set(operations.map((operation) => operation.path));
  const gone = planGone(known ?? [], snapshot, options.tree).filter(
    ({ path }) => !wantedPaths.has(path),
  );
  const all = [...gone, ...operations];
  const wanted = all.map(({ path, state, hostPath }): WantedPath => {
    return { path, state, bytes: snapshot.get(hostPath)?.bytes ?? 0 };
  });
  const built = readBuilt(work);
  const different = await transport.compare([...wanted, ...built], signal);
  const differs = new Set(different.map((item) => item.path));
  const sends = options.onlyBack !== true;
  delivery.built.clear();
  for (const { path, state } of built) {
    if (state !== null && !differs.has(path)) delivery.built.set(path, state);
  }
  for (const { hostPath, path, state } of operations) {
    if (sends || !differs.has(path)) known?.add(hostPath);
    if (!differs.has(path) && state !== null) {
      manifest.set({ hostPath, containerPath: path, state });
    }
  }
  const toSend = sends ? all.filter(({ path }) => differs.has(path)) : [];
  const pieces = splitPieces(orderOperations(toSend));
  const result = await delivery.send(pieces, transport, signal);
  if (transport instanceof AgentConnection) await watchBack(work, transport, signal);
  await known?.save();
  tellConnected(work, { transport, files: snapshot.size, result, startedMs });
}

/** Files that a build brings: where both sides are equal, changes in the container come back. */
function readBuilt({ options: { tree }, delivery }: SyncWork): readonly WantedPath[] {
  return tree.built.flatMap(([hostPath, path]) => {
    const item = delivery.read(hostPath);
    return item === undefined || item === 'unreadable'
      ? []
      : [{ path, state: item.state, bytes: item.bytes }];
  });
}

/**
 * For a container that had the host's files before it started: what it has changed since is to be
 * brought back, and nothing is sent.
 */
export async function resumeTrees(
  work: SyncWork,
  agreed: AgreedTrees,
  transport: Transport,
  signal: AbortSignal,
): Promise<void> {
  const startedMs = work.options.clock.monotonicMs();
  if (transport instanceof AgentConnection) {
    // Watched first and looked at then, so that nothing can be made in between unseen.
    await watchBack(work, transport, signal);
    if (work.options.isUntouched !== true) {
      const found = await transport.list(backRoots(work), 'all', signal);
      await lookAtContainer(work, { agreed, found }, transport, signal);
    }
  }
  tellConnected(work, { transport, files: agreed.manifest.size, result: undefined, startedMs });
}

/** After the container's kernel has dropped events: what was changed since the watch began. */
export async function findLost(
  work: SyncWork,
  agent: AgentConnection,
  signal: AbortSignal,
): Promise<void> {
  const found = await agent.list(backRoots(work), 'new', signal);
  const { manifest } = work.delivery;
  const agreed = work.options.agreed ?? { manifest, containerOnly: new Map() };
  await lookAtContainer(work, { agreed, found }, agent, signal);
}

interface Look {
  readonly agreed: AgreedTrees;
  readonly found: readonly ReturnedEntry[];
}

/** Queues what differs from what both had, and what neither had. */
async function lookAtContainer(
  { queue }: SyncWork,
  { agreed, found }: Look,
  agent: AgentConnection,
  signal: AbortSignal,
): Promise<void> {
  const states = new Map<string, string>(agreed.containerOnly);
  for (const { containerPath, state } of agreed.manifest.all()) states.set(containerPath, state);
  // Without a size every file is hashed.
  const wanted = [...states].map(([path, state]) => ({ path, state, bytes: undefined }));
  const different = await agent.compare(wanted, signal);
  const sizes = new Map(found.map(({ path, bytes }) => [path, bytes]));
  queue.addReturned(found.filter(({ path }) => !states.has(path)));
  queue.addReturned(
    different.map(({ path, state }) => {
      const kind = state === null ? 'none' : state === 'dir' ? 'dir' : 'file';
      return { path, kind, bytes: sizes.get(path) ?? 0 };
    }),
  );
}

/** The whole file system is not looked at. */
function backRoots({ options }: SyncWork): readonly string[] {
  return options.tree.map.roots.filter((root) => root !== '/');
}

async function watchBack(
  { options, delivery }: SyncWork,
  agent: AgentConnection,
  signal: AbortSignal,
): Promise<void> {
  const { container, emit, exclude = [], tree } = options;
  const surroundings = { map: tree.map, manifest: delivery.manifest, exclude };
  const problem = await watchContainer(agent, container, surroundings, signal);
  if (problem) emit(problem);
}

interface Connected {
  readonly transport: Transport;
  readonly files: number;
  readonly result: Sent | undefined;
  readonly startedMs: number;
}

function tellConnected(
  { options: { clock, container, emit } }: SyncWork,
  { transport, files, result, startedMs }: Connected,
): void {
  emit({
    type: 'sync-connected',
    container,
    way: transport.type,
    files,
    sent: result?.sent.length ?? 0,
    deletes: result?.deleted.length ?? 0,
    containerPaths: result?.containerPaths ?? [],
    ms: clock.monotonicMs() - startedMs,
  });
}
