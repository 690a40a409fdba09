import type { Readable } from 'node:stream';
import { DjdevError } from '../errors/djdev-error.ts';
import { openEngineStream, tellEngine } from './engine-call.ts';
import type { EngineLink } from './engine-link.ts';
import { EngineRefusal } from './engine-refusal.ts';

/** A tar stream of `path` in a container, running or not; `undefined` without such a path. */
export async function getArchive(
  link: EngineLink,
  id: string,
  path: string,
  signal: AbortSignal,
): Promise<Readable | undefined> {
  const call = {
    method: 'GET',
    path: `/containers/${id}/archive`,
    query: { path },
    doing: `read ${path} from container ${id}`,
  } as const;
  try {
    return await openEngineStream(link.http, call, signal);
  } catch (error) {
    if (isMissingPath(error)) return undefined;
    throw error;
  }
}

/**
 * Unpacks a tar archive below `path`, which must exist. Owners, modes and times come from the
 * archive. Not atomic: readers in the container may see half a file.
 */
export async function putArchive(
  link: EngineLink,
  id: string,
  path: string,
  archive: Readable | Buffer,
  signal: AbortSignal,
): Promise<void> {
  const call = {
    method: 'PUT',
    path: `/containers/${id}/archive`,
    query: { path },
    archive,
    doing: `write files to ${path} in container ${id}`,
  } as const;
  await tellEngine(link.http, call, [], signal);
}

function isMissingPath(error: unknown): boolean {
  if (!(error instanceof DjdevError) || !(error.cause instanceof EngineRefusal)) return false;
  return error.cause.status === 404 && error.code === 'DJ-ENGINE-REQUEST';
}
