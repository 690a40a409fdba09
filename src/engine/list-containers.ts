import { askEngine } from './engine-call.ts';
import type { EngineLink } from './engine-link.ts';
import type { ContainerSummary } from './engine.ts';
import { ownershipFrom, worktreeLabel } from './labels.ts';

/** The fields djdev reads of an entry of `GET /containers/json`. */
interface ListedContainer {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly ImageID: string;
  readonly State: string;
  readonly Status: string;
  /** Seconds since the epoch. */
  readonly Created: number;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Ports:
    | readonly {
        readonly PrivatePort: number;
        readonly PublicPort?: number;
        readonly Type: string;
      }[]
    | null;
}

/** The containers of one worktree, running or not, in one request. */
export async function listContainers(
  link: EngineLink,
  { worktree }: { readonly worktree: string },
  signal: AbortSignal,
): Promise<readonly ContainerSummary[]> {
  const filters = JSON.stringify({ label: [`${worktreeLabel}=${worktree}`] });
  const call = {
    method: 'GET',
    path: '/containers/json',
    query: { all: true, filters },
    doing: 'list the containers of this checkout',
  } as const;
  const listed = await askEngine<readonly ListedContainer[]>(link.http, call, signal);
  return await Promise.all(listed.map((one) => summarise(link, one, signal)));
}

async function summarise(
  { publishedHost, forwardPort }: EngineLink,
  listed: ListedContainer,
  signal: AbortSignal,
): Promise<ContainerSummary> {
  const running = listed.State === 'running';
  const labels = listed.Labels ?? {};
  const published = (listed.Ports ?? []).flatMap(({ PrivatePort, PublicPort, Type }) =>
    PublicPort !== undefined && Type === 'tcp' ? [[PrivatePort, PublicPort] as const] : [],
  );
  const reachable = await Promise.all(
    published.map(
      async ([inside, outside]) =>
        [inside, forwardPort ? await forwardPort(outside, signal) : outside] as const,
    ),
  );
  return {
    id: listed.Id,
    name: listed.Names[0]?.replace(/^\//, '') ?? listed.Id,
    ownership: ownershipFrom(labels).ownership,
    labels,
    running,
    status: listed.Status,
    imageId: listed.ImageID,
    publishedPorts: running ? Object.fromEntries(reachable) : {},
    host: publishedHost,
    createdAtMs: listed.Created * 1000,
  };
}
