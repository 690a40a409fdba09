import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  cacheKey,
  readCacheFile,
  writeCacheFile,
} from '../../engine/build/inputs/cache-directory.ts';
import type { DataDefinition } from '../../project/project.ts';

/** Hexadecimal digits of a key: it is part of a database's name. */
const keyLength = 24;

/**
 * What restored data depends on, in a word: the dump's bytes, the masks and the rest of the
 * declaration. What a command or a server gives is known only by how it is asked for.
 */
export async function digestData(data: DataDefinition, cacheDirectory: string): Promise<string> {
  const hash = createHash('sha256');
  const { source } = data;
  if (source.kind === 'file') hash.update(await digestPath(source.path, cacheDirectory));
  if (source.kind === 'command') hash.update(`command\0${source.command.join('\0')}`);
  if (source.kind === 'url') hash.update(`url\0${source.variable}\0${source.url?.reveal() ?? ''}`);
  for (const file of [
    ...data.masks.map(({ path }) => path),
    ...(data.profile ? [data.profile] : []),
  ]) {
    hash.update('\0file\0').update(await readFile(file).catch(() => ''));
  }
  hash.update(`\0without\0${data.excludeTableData.join('\0')}`);
  return hash.digest('hex').slice(0, keyLength);
}

async function digestPath(file: string, cacheDirectory: string): Promise<string> {
  const facts = await stat(file);
  if (!facts.isDirectory()) return await digestFile(file, cacheDirectory);
  const names = (await readdir(file)).toSorted();
  const parts = await Promise.all(
    names.map(
      async (name) => `${name}\0${await digestFile(path.join(file, name), cacheDirectory)}`,
    ),
  );
  return parts.join('\0');
}

/** A large file takes seconds to read: its digest is remembered for as long as it is untouched. */
async function digestFile(file: string, cacheDirectory: string): Promise<string> {
  const { size, mtimeMs, ctimeMs, ino } = await stat(file);
  const state = [size, mtimeMs, ctimeMs, ino].join(' ');
  const cache = path.join(cacheDirectory, 'dumps', `${cacheKey([file])}.json`);
  const known = await readCacheFile(cache);
  if (isRemembered(known) && known.state === state) return known.digest;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer);
  }
  const digest = hash.digest('hex');
  await writeCacheFile(cache, { state, digest });
  return digest;
}

function isRemembered(
  value: unknown,
): value is { readonly state: string; readonly digest: string } {
  return typeof value === 'object' && value !== null && 'state' in value && 'digest' in value;
}
