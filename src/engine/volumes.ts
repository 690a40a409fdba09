import { askEngine, tellEngine } from './engine-call.ts';
import { cleanUpSignal, type EngineLink } from './engine-link.ts';
import type { Ownership } from './engine.ts';
import { labelsFor } from './labels.ts';

/** Answers the volume's name. A volume of that name that exists already is taken as it is. */
export async function createVolume(
  link: EngineLink,
  name: string,
  ownership: Ownership,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  if (!ownership.persistent) link.lastWill.arm();
  const call = {
    method: 'POST',
    path: '/volumes/create',
    json: { Name: name, Labels: labelsFor(ownership, link.owner) },
    doing: `create volume ${name}`,
  } as const;
  const created = await askEngine<{ readonly Name: string }>(link.http, call, cleanUpSignal());
  if (signal.aborted) await removeVolume(link, name, cleanUpSignal());
  signal.throwIfAborted();
  return created.Name;
}

/** A missing volume is no error; one in use is. */
export async function removeVolume(
  link: EngineLink,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const call = {
    method: 'DELETE',
    path: `/volumes/${name}`,
    doing: `remove volume ${name}`,
  } as const;
  await tellEngine(link.http, call, [404], signal);
}
