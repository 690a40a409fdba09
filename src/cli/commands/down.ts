import type { Engine, OwnedResource } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import { formatCount } from '../../report/formats/quantity.ts';
import { ask, canAsk } from '../ask.ts';
import type { Invocation } from '../command.ts';
import { imageRepository, previousRepository } from '../../stack/image-repository.ts';
import { stackSession, stopGraceMs } from '../../stack/stack-names.ts';
import { type Checkout, findCheckout } from '../stack/find-checkout.ts';
import { openEngine } from '../open-engine.ts';

/** What `djdev down --json` prints. */
export interface DownResult {
  readonly version: 1;
  readonly project: string;
  readonly dryRun: boolean;
  readonly removed: readonly Removable[];
  readonly kept: readonly Removable[];
}

interface Removable {
  readonly kind: OwnedResource['kind'] | 'image';
  readonly name: string;
  /** Why it was kept. */
  readonly reason?: string;
}

/** `djdev down`: removes what djdev made for this checkout of the project. */
export async function run(invocation: Invocation): Promise<number> {
  const { options, io } = invocation;
  await using engine = await openEngine(invocation);
  const checkout =
    options.worktree === undefined
      ? await findCheckout(invocation, engine)
      : await findDeleted(engine, options.worktree, invocation.signal);
  const result = await bringDown(invocation, engine, checkout);
  io.stdout.write(options.json === true ? `${JSON.stringify(result)}\n` : formatResult(result));
  return 0;
}

/** A checkout that has no files any more, by the name that all of its things have as a label. */
async function findDeleted(
  engine: Engine,
  worktree: string,
  signal: AbortSignal,
): Promise<Pick<Checkout, 'name' | 'worktrees'>> {
  const owned = await engine.listOwned({}, signal);
  const names = [...new Set(owned.map(({ ownership }) => ownership.worktree))].toSorted();
  const found = owned.find(({ ownership }) => ownership.worktree === worktree);
  if (found) return { name: found.ownership.project, worktrees: [worktree] };
  throw new DjdevError('DJ-USAGE', {
    message: `Nothing on the engine belongs to a checkout “${worktree}”.`,
    hint:
      names.length === 0
        ? 'There is nothing of djdev on it.'
        : `There is something of ${names.join(', ')}.`,
  });
}

async function bringDown(
  invocation: Invocation,
  engine: Engine,
  { name, worktrees }: Pick<Checkout, 'name' | 'worktrees'>,
): Promise<DownResult> {
  const { options, signal } = invocation;
  const removed: Removable[] = [];
  const kept: Removable[] = [];
  const lists = worktrees.map((worktree) => engine.listOwned({ worktree }, signal));
  const owned = (await Promise.all(lists)).flat();
  const volumes = owned.filter(({ kind }) => kind === 'volume');
  const withVolumes = options.volumes === true && (await confirmLoss(invocation, volumes));
  if (withVolumes && options.dryRun !== true) await rescue(invocation, engine, owned);
  if (options.dryRun !== true) await stopStack(engine, owned, signal);
  for (const resource of inOrder(owned)) {
    const { kind, name } = resource;
    if (kind === 'volume' && !withVolumes) {
      kept.push({ kind, name, reason: 'it holds data, --volumes removes it' });
      continue;
    }
    if (options.dryRun !== true) await engine.removeOwned(resource, signal);
    removed.push({ kind, name });
  }
  for (const id of worktrees) await removeImages(invocation, engine, id, { removed, kept });
  return { version: 1, project: name, dryRun: options.dryRun ?? false, removed, kept };
}

/** On a build server nobody misses the data. */
async function rescue(
  { io, signal, options }: Invocation,
  engine: Engine,
  owned: readonly OwnedResource[],
): Promise<void> {
  if (io.environment['CI'] !== undefined) return;
  const { rescueDatabase } = await import('../database/rescue-database.ts');
  const told = await rescueDatabase(engine, owned, io.environment, signal);
  if (told !== undefined && options.quiet !== true) io.stderr.write(`${told}\n`);
}

/**
 * What runs ends as it does in production: a database that is killed has to recover at its next
 * start.
 */
async function stopStack(
  engine: Engine,
  owned: readonly OwnedResource[],
  signal: AbortSignal,
): Promise<void> {
  const running = owned.filter(
    ({ kind, running, ownership }) =>
      kind === 'container' && running && ownership.session === stackSession,
  );
  const stops = running.map(({ id }) => engine.stopContainer(id, stopGraceMs, signal));
  await Promise.all(stops);
}

/** Containers first: networks and volumes in use cannot be removed. */
function inOrder(resources: readonly OwnedResource[]): readonly OwnedResource[] {
  const order = ['container', 'network', 'volume'];
  return resources.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

async function removeImages(
  { options, signal }: Invocation,
  engine: Engine,
  id: string,
  { removed, kept }: { readonly removed: Removable[]; readonly kept: Removable[] },
): Promise<void> {
  const repositories = [imageRepository({ id }), previousRepository({ id })];
  const lists = await Promise.all(repositories.map((one) => engine.listImages(one, signal)));
  for (const name of lists.flat()) {
    if (options.rmi !== true) {
      kept.push({ kind: 'image', name, reason: '--rmi removes it' });
    } else if (options.dryRun === true || (await engine.removeImage(name, signal))) {
      removed.push({ kind: 'image', name });
    } else {
      kept.push({ kind: 'image', name, reason: 'a container uses it' });
    }
  }
}

/** Asks before data is lost, where there is somebody to ask. */
async function confirmLoss(
  { options, io, signal }: Invocation,
  volumes: readonly OwnedResource[],
): Promise<boolean> {
  if (volumes.length === 0 || options.yes === true || options.dryRun === true || !canAsk(io))
    return true;
  const names = volumes.map(({ name }) => name).join(', ');
  const count = formatCount(volumes.length, 'volume');
  const answer = await ask(
    io,
    `Remove ${count} and the data in it, snapshots too: ${names}? [y/N] `,
    signal,
  );
  return /^y(es)?$/i.test(answer.trim());
}

function formatResult({ project, dryRun, removed, kept }: DownResult): string {
  if (removed.length === 0 && kept.length === 0) {
    return `Nothing on the engine belongs to this checkout of ${project}.\n`;
  }
  const verb = dryRun ? 'Would remove' : 'Removed';
  const lines = [
    ...removed.map(({ kind, name }) => `${verb} ${kind} ${name}`),
    ...kept.map(({ kind, name, reason }) => `Kept ${kind} ${name}${reason ? `: ${reason}` : ''}`),
  ];
  return `${lines.join('\n')}\n`;
}
