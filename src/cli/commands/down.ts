import type { Engine, OwnedResource } from '../../engine/engine.ts';
import type { Project } from '../../project/project.ts';
import { formatCount } from '../../report/formats/quantity.ts';
import { ask, canAsk } from '../ask.ts';
import type { Invocation } from '../command.ts';
import { imageRepository } from '../../stack/image-repository.ts';
import { loadInvocationProject } from '../load-project.ts';
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
  const project = await loadInvocationProject(invocation);
  await using engine = await openEngine(invocation);
  const result = await bringDown(invocation, engine, project);
  io.stdout.write(options.json === true ? `${JSON.stringify(result)}\n` : formatResult(result));
  return 0;
}

async function bringDown(
  invocation: Invocation,
  engine: Engine,
  project: Project,
): Promise<DownResult> {
  const { options, signal } = invocation;
  const removed: Removable[] = [];
  const kept: Removable[] = [];
  const owned = await engine.listOwned({ worktree: project.id }, signal);
  const volumes = owned.filter(({ kind }) => kind === 'volume');
  const withVolumes = options.volumes === true && (await confirmLoss(invocation, volumes));
  for (const resource of inOrder(owned)) {
    const { kind, name } = resource;
    if (kind === 'volume' && !withVolumes) {
      kept.push({ kind, name, reason: 'it holds data, --volumes removes it' });
      continue;
    }
    if (options.dryRun !== true) await engine.removeOwned(resource, signal);
    removed.push({ kind, name });
  }
  await removeImages(invocation, engine, project, { removed, kept });
  return { version: 1, project: project.name, dryRun: options.dryRun ?? false, removed, kept };
}

/** Containers first: networks and volumes in use cannot be removed. */
function inOrder(resources: readonly OwnedResource[]): readonly OwnedResource[] {
  const order = ['container', 'network', 'volume'];
  return resources.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

async function removeImages(
  { options, signal }: Invocation,
  engine: Engine,
  project: Project,
  { removed, kept }: { readonly removed: Removable[]; readonly kept: Removable[] },
): Promise<void> {
  for (const name of await engine.listImages(imageRepository(project), signal)) {
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
  const answer = await ask(io, `Remove ${count} and the data in it: ${names}? [y/N] `, signal);
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
