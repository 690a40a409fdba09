import type { Readable } from 'node:stream';
import { askEngine, findOnEngine, openEngineStream, tellEngine } from './engine-call.ts';
import type { EngineLink } from './engine-link.ts';
import type { ImageFacts } from './engine.ts';
import { imageFacts, type ImageInspection } from './image-facts.ts';
import { splitReference } from './image-reference.ts';

/** `undefined` when the engine has no such image. */
export async function inspectImage(
  link: EngineLink,
  reference: string,
  signal: AbortSignal,
): Promise<ImageFacts | undefined> {
  const path = `/images/${reference}/json`;
  const call = { method: 'GET', path, doing: `inspect image ${reference}` } as const;
  const found = await findOnEngine<ImageInspection>(link.http, call, signal);
  return found && imageFacts(found);
}

export async function tagImage(
  link: EngineLink,
  id: string,
  reference: string,
  signal: AbortSignal,
): Promise<void> {
  const { name, tag } = splitReference(reference);
  const call = {
    method: 'POST',
    path: `/images/${id}/tag`,
    query: { repo: name, tag },
    doing: `tag image ${id} as ${reference}`,
  } as const;
  await tellEngine(link.http, call, [], signal);
}

/** Missing images are no error; an image in use stays and answers `false`. */
export async function removeImage(
  link: EngineLink,
  reference: string,
  signal: AbortSignal,
): Promise<boolean> {
  const path = `/images/${reference}`;
  const call = { method: 'DELETE', path, doing: `remove image ${reference}` } as const;
  return (await tellEngine(link.http, call, [404, 409], signal)) !== 409;
}

/** `repository:tag` of all local images of one repository, newest first. */
export async function listImages(
  link: EngineLink,
  repository: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const call = {
    method: 'GET',
    path: '/images/json',
    query: { filters: JSON.stringify({ reference: [repository] }) },
    doing: `list the images of ${repository}`,
  } as const;
  const found = await askEngine<
    readonly { readonly RepoTags: readonly string[] | null; readonly Created: number }[]
  >(link.http, call, signal);
  return found
    .toSorted((a, b) => b.Created - a.Created)
    .flatMap(({ RepoTags }) => RepoTags ?? [])
    .filter((reference) => splitReference(reference).name === repository);
}

/** One tar, as `docker save` writes it. */
export async function saveImage(
  link: EngineLink,
  reference: string,
  signal: AbortSignal,
): Promise<Readable> {
  const path = `/images/${reference}/get`;
  const call = { method: 'GET', path, doing: `save image ${reference}` } as const;
  return await openEngineStream(link.http, call, signal);
}
