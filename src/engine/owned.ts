import { removeContainer } from './containers.ts';
import { askEngine } from './engine-call.ts';
import type { EngineLink } from './engine-link.ts';
import type { OwnedResource } from './engine.ts';
import { ownershipFrom, projectLabel, worktreeLabel } from './labels.ts';
import { removeNetwork } from './networks.ts';
import type { OwnerStamp } from './owner.ts';
import { removeVolume } from './volumes.ts';

/** With the process it belongs to; `undefined` for what is meant to outlive its process. */
export interface LabelledResource {
  readonly resource: OwnedResource;
  readonly owner: OwnerStamp | undefined;
}

type Labels = Readonly<Record<string, string>> | null | undefined;

/** Everything djdev made on this engine: containers first, then networks, then volumes. */
export async function listLabelled(
  link: EngineLink,
  filter: { readonly worktree?: string },
  signal: AbortSignal,
): Promise<readonly LabelledResource[]> {
  const { worktree } = filter;
  const label = [projectLabel, ...(worktree === undefined ? [] : [`${worktreeLabel}=${worktree}`])];
  const query = { filters: JSON.stringify({ label }) };
  const list = async <T>(path: string, more: Readonly<Record<string, boolean>>): Promise<T> => {
    const doing = 'list what djdev made';
    return await askEngine<T>(
      link.http,
      { method: 'GET', path, query: { ...query, ...more }, doing },
      signal,
    );
  };
  const [containers, networks, volumes] = await Promise.all([
    list<
      readonly {
        readonly Id: string;
        readonly Names: readonly string[];
        readonly State: string;
        readonly Labels: Labels;
      }[]
    >('/containers/json', { all: true }),
    list<readonly { readonly Id: string; readonly Name: string; readonly Labels: Labels }[]>(
      '/networks',
      {},
    ),
    list<{
      readonly Volumes: readonly { readonly Name: string; readonly Labels: Labels }[] | null;
    }>('/volumes', {}),
  ]);
  return [
    ...containers.map(({ Id, Names, State, Labels }) => {
      const name = Names[0]?.replace(/^\//, '') ?? Id;
      return labelled({ kind: 'container', id: Id, name, running: State === 'running' }, Labels);
    }),
    ...networks.map(({ Id, Name, Labels }) =>
      labelled({ kind: 'network', id: Id, name: Name, running: false }, Labels),
    ),
    ...(volumes.Volumes ?? []).map(({ Name, Labels }) =>
      labelled({ kind: 'volume', id: Name, name: Name, running: false }, Labels),
    ),
  ];
}

function labelled(found: Omit<OwnedResource, 'ownership'>, labels: Labels): LabelledResource {
  const { ownership, owner } = ownershipFrom(labels ?? {});
  return { resource: { ...found, ownership }, owner };
}

export async function listOwned(
  link: EngineLink,
  filter: { readonly worktree?: string },
  signal: AbortSignal,
): Promise<readonly OwnedResource[]> {
  const found = await listLabelled(link, filter, signal);
  return found.map(({ resource }) => resource);
}

/** A missing resource is no error. */
export async function removeOwned(
  link: EngineLink,
  resource: OwnedResource,
  signal: AbortSignal,
): Promise<void> {
  switch (resource.kind) {
    case 'container':
      return await removeContainer(link, resource.id, signal);
    case 'network':
      return await removeNetwork(link, resource.id, signal);
    case 'volume':
      return await removeVolume(link, resource.id, signal);
  }
}
