import { askEngine, findOnEngine, tellEngine } from './engine-call.ts';
import { cleanUpSignal, type EngineLink } from './engine-link.ts';
import type { Ownership } from './engine.ts';
import { labelsFor } from './labels.ts';

/** Answers the network's id. Like containers, a network never comes into being unseen. */
export async function createNetwork(
  link: EngineLink,
  name: string,
  ownership: Ownership,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  if (!ownership.persistent) link.lastWill.arm();
  const json = { Name: name, CheckDuplicate: true, Labels: labelsFor(ownership, link.owner) };
  const call = {
    method: 'POST',
    path: '/networks/create',
    json,
    doing: `create network ${name}`,
  } as const;
  const created = await askEngine<{ readonly Id: string }>(link.http, call, cleanUpSignal());
  if (signal.aborted) await removeNetwork(link, created.Id, cleanUpSignal());
  signal.throwIfAborted();
  return created.Id;
}

/** Cuts off the containers that are still on it. A missing network is no error. */
export async function removeNetwork(
  link: EngineLink,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const path = `/networks/${id}`;
  const removal = { method: 'DELETE', path, doing: `remove network ${id}` } as const;
  // Docker answers 403 while containers are on the network, Podman 409.
  const status = await tellEngine(link.http, removal, [403, 404, 409], signal);
  if (status !== 403 && status !== 409) return;

  const question = { method: 'GET', path, doing: `inspect network ${id}` } as const;
  const network = await findOnEngine<{ readonly Containers?: Readonly<Record<string, unknown>> }>(
    link.http,
    question,
    signal,
  );
  for (const container of Object.keys(network?.Containers ?? {})) {
    const cut = {
      method: 'POST',
      path: `${path}/disconnect`,
      json: { Container: container, Force: true },
      doing: `take container ${container} off network ${id}`,
    } as const;
    await tellEngine(link.http, cut, [403, 404, 409, 500], signal);
  }
  await tellEngine(link.http, removal, [404], signal);
}
