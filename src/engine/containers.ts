import { containerFacts, type ContainerInspection } from './container-facts.ts';
import { containerOptions, type ContainerSetting } from './container-options.ts';
import { askEngine, findOnEngine, tellEngine } from './engine-call.ts';
import { cleanUpSignal, type EngineLink } from './engine-link.ts';
import type { ContainerFacts, ContainerSpec } from './engine.ts';

/**
 * Creates a container and answers its id. The request itself is not aborted, so that no container
 * can come into being unseen; when the signal has aborted meanwhile, the container is removed.
 */
export async function createContainer(
  link: EngineLink,
  spec: ContainerSpec,
  handling: Pick<ContainerSetting, 'holdsStdin' | 'autoRemove' | 'tty'>,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  if (!spec.ownership.persistent) link.lastWill.arm();
  const setting = { owner: link.owner, bindAddress: link.bindAddress, ...handling };
  const created = await askEngine<{ readonly Id: string }>(
    link.http,
    {
      method: 'POST',
      path: '/containers/create',
      query: { name: spec.name },
      json: containerOptions(spec, setting),
      doing: `create container ${spec.name}`,
    },
    cleanUpSignal(),
  );
  if (signal.aborted) await removeContainer(link, created.Id, cleanUpSignal());
  signal.throwIfAborted();
  return created.Id;
}

/** Starting a running container is no error. Throws DJ-PORT-TAKEN and DJ-COMMAND-NOT-FOUND. */
export async function startContainer(
  link: EngineLink,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const path = `/containers/${id}/start`;
  await tellEngine(link.http, { method: 'POST', path, doing: `start container ${id}` }, [], signal);
}

/** `undefined` without such a container. */
export async function inspectContainer(
  link: EngineLink,
  id: string,
  signal: AbortSignal,
): Promise<ContainerFacts | undefined> {
  const path = `/containers/${id}/json`;
  const call = { method: 'GET', path, doing: `inspect container ${id}` } as const;
  const found = await findOnEngine<ContainerInspection>(link.http, call, signal);
  if (!found) return undefined;
  const facts = containerFacts(found, link.publishedHost);
  const { forwardPort } = link;
  if (!forwardPort || !facts.running) return facts;
  const ports = Object.entries(facts.publishedPorts).map(
    async ([inside, outside]) => [inside, await forwardPort(outside, signal)] as const,
  );
  return { ...facts, publishedPorts: Object.fromEntries(await Promise.all(ports)) };
}

/** Its name on networks changes with it. */
export async function renameContainer(
  link: EngineLink,
  id: string,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const call = {
    method: 'POST',
    path: `/containers/${id}/rename`,
    query: { name },
    doing: `rename container ${id} to ${name}`,
  } as const;
  await tellEngine(link.http, call, [], signal);
}

/** Sends the image's stop signal, then SIGKILL after `graceMs`; a stopped one is no error. */
export async function stopContainer(
  link: EngineLink,
  id: string,
  graceMs: number,
  signal: AbortSignal,
): Promise<void> {
  const call = {
    method: 'POST',
    path: `/containers/${id}/stop`,
    query: { t: Math.ceil(graceMs / 1000) },
    doing: `stop container ${id}`,
  } as const;
  await tellEngine(link.http, call, [], signal);
}

/** Throws DJ-CONTAINER-LOST when the container is not running. */
export async function killContainer(
  link: EngineLink,
  id: string,
  processSignal: string,
  signal: AbortSignal,
): Promise<void> {
  const call = {
    method: 'POST',
    path: `/containers/${id}/kill`,
    query: { signal: processSignal },
    doing: `send ${processSignal} to container ${id}`,
  } as const;
  await tellEngine(link.http, call, [], signal);
}

/**
 * Kills and removes, with the anonymous volumes, and returns once the container is gone. A missing
 * container is no error; one that the engine is removing already is waited for.
 */
export async function removeContainer(
  link: EngineLink,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const call = {
    method: 'DELETE',
    path: `/containers/${id}`,
    query: { force: true, v: true },
    doing: `remove container ${id}`,
  } as const;
  const status = await tellEngine(link.http, call, [404, 409], signal);
  if (status !== 409) return;
  const waiting = {
    method: 'POST',
    path: `/containers/${id}/wait`,
    query: { condition: 'removed' },
    doing: `wait for the removal of container ${id}`,
  } as const;
  await tellEngine(link.http, waiting, [404], signal);
}
