import { AgentConnection } from './agent-connection.ts';
import { bringBack } from './bring-back.ts';
import type { QueuedChanges } from './change-queue.ts';
import { findLost, type SyncWork, walkHost } from './compare-trees.ts';
import {
  deleteOperation,
  orderOperations,
  type PlannedOperation,
  planPath,
} from './plan-operations.ts';
import { pieceOperations, splitPieces } from './sync-delivery.ts';
import { tellBroughtBack } from './tell-brought-back.ts';
import type { Transport } from './transport.ts';

/** A writer that empties a file fills it within this time. */
const truncatedMs = 5;

/** Brings back what changed in the container, then sends what changed on the host. */
export async function handleChanges(
  work: SyncWork,
  changes: QueuedChanges,
  transport: Transport,
  signal: AbortSignal,
): Promise<void> {
  if (transport instanceof AgentConnection) {
    // Queued, and brought back in the next round.
    if (changes.lost) await findLost(work, transport, signal);
    if (changes.returned.size > 0) await takeBack(work, changes, transport, signal);
  }
  const startedMs = work.options.clock.monotonicMs();
  if (changes.everything) {
    await apply(work, await planEverything(work, signal), { transport, startedMs }, signal);
  } else if (changes.hostPaths.size > 0) {
    const pieces = await readChanged(work, changes, signal);
    await apply(work, pieces, { transport, startedMs }, signal);
  }
}

async function planEverything(
  work: SyncWork,
  signal: AbortSignal,
): Promise<Iterable<readonly PlannedOperation[]>> {
  const { manifest } = work.delivery;
  const snapshot = await walkHost(work, signal);
  const gone = [...manifest.all()]
    .filter((entry) => !snapshot.has(entry.hostPath))
    .map((entry) => deleteOperation(entry.hostPath, entry.containerPath, entry.state));
  const { map } = work.options.tree;
  const puts = [...snapshot.values()].flatMap((item) =>
    planPath(item.path, item, { map, manifest }),
  );
  const waiting = [...gone, ...puts].filter(({ path }) => !manifest.conflicted.has(path));
  return splitPieces(orderOperations(waiting));
}

async function readChanged(
  { options, delivery }: SyncWork,
  { hostPaths, hostDirectories }: QueuedChanges,
  signal: AbortSignal,
): Promise<Iterable<readonly PlannedOperation[]>> {
  const replaced = [...hostDirectories].flatMap((path) =>
    delivery.manifest.below(path).map((entry) => entry.hostPath),
  );
  const paths = [...new Set([...hostPaths, ...replaced])];
  const isSmall = paths.length < pieceOperations;
  if (isSmall && paths.some((path) => delivery.isBeingWritten(path))) {
    await options.clock.sleep(truncatedMs, signal);
  }
  return delivery.readPieces(paths);
}

async function apply(
  { options, delivery }: SyncWork,
  pieces: Iterable<readonly PlannedOperation[]>,
  { transport, startedMs }: { readonly transport: Transport; readonly startedMs: number },
  signal: AbortSignal,
): Promise<void> {
  const done = await delivery.send(pieces, transport, signal);
  const { sent, deleted, containerPaths, bytes, syntax, signalled } = done;
  await delivery.known?.save();
  if (sent.length + deleted.length === 0) return;
  const { clock, container, emit } = options;
  emit({
    type: 'sync-applied',
    container,
    paths: [...new Set(sent)],
    deletes: [...new Set(deleted)],
    containerPaths,
    bytes,
    ms: clock.monotonicMs() - startedMs,
    syntax,
    signalled,
  });
}

async function takeBack(
  { options, delivery }: SyncWork,
  changes: QueuedChanges,
  agent: AgentConnection,
  signal: AbortSignal,
): Promise<void> {
  const { clock, container, emit, exclude = [], tree } = options;
  const startedMs = clock.monotonicMs();
  const { manifest, built } = delivery;
  const surroundings = { tree, manifest, built, exclude };
  const back = await bringBack(
    changes.returned.values(),
    surroundings,
    async (paths) => await agent.read(paths, signal),
  );
  for (const path of back.paths) delivery.known?.add(path);
  await delivery.known?.save();
  tellBroughtBack(back, { container, emit, ms: clock.monotonicMs() - startedMs });
}
