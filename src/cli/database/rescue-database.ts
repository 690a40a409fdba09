import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Engine, OwnedResource } from '../../engine/engine.ts';
import { formatBytes } from '../../report/formats/quantity.ts';
import { stackSession } from '../../stack/stack-names.ts';
import { stateDirectory } from '../../stack/stack-seed.ts';

/** Larger databases would make everybody wait who only wants to clean up. */
const mostBytes = 500e6;
const keptDumps = 3;

/** What is known of the database from inside its container: the manifest may be broken. */
const measure = `command -v pg_dump >/dev/null && [ -n "\${POSTGRES_DB:-}" ] && psql -XAtq -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c \
"SELECT pg_database_size(current_database()) WHERE EXISTS (SELECT 1 FROM pg_stat_user_tables WHERE n_live_tup > 0)"`;
const dump = 'exec pg_dump -Fc -U "$POSTGRES_USER" "$POSTGRES_DB"';

/**
 * Writes a dump of the development database before its volume is removed, when it runs, holds rows
 * and is small. Answers a line for people, or nothing when there is nothing to tell. That it cannot
 * be written keeps nobody from cleaning up.
 */
export async function rescueDatabase(
  engine: Engine,
  owned: readonly OwnedResource[],
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const volumes = owned
    .filter(({ kind }) => kind === 'volume')
    .map(({ ownership }) => ownership.role);
  const candidates = owned.filter(
    ({ kind, running, ownership }) =>
      kind === 'container' &&
      running &&
      ownership.session === stackSession &&
      volumes.includes(ownership.role),
  );
  for (const { id, ownership } of candidates) {
    const command = ['sh', '-c', measure];
    const { exitCode, stdout } = await engine.execToEnd(id, { command }, signal);
    const bytes = Number(stdout.trim());
    if (exitCode !== 0 || stdout.trim() === '') continue;
    if (bytes > mostBytes) {
      return `No dump of the database was kept: ${formatBytes(bytes)} are too much.`;
    }
    try {
      const directory = path.join(stateDirectory(environment), 'dumps');
      const file = await writeDump(engine, id, { directory, worktree: ownership.worktree }, signal);
      return `A dump of the database is kept. It comes back with: djdev db import ${file}`;
    } catch (error) {
      signal.throwIfAborted();
      return `No dump of the database could be kept: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return undefined;
}

async function writeDump(
  engine: Engine,
  container: string,
  { directory, worktree }: { readonly directory: string; readonly worktree: string },
  signal: AbortSignal,
): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const moment = new Date()
    .toISOString()
    .replaceAll(/[-:]|\.\d+Z/gu, '')
    .replace('T', '-');
  const file = path.join(directory, `${worktree}-${moment}.dump`);
  const partial = `${file}.part`;
  try {
    const command = ['sh', '-c', dump];
    await using session = await engine.exec(container, { command }, signal);
    session.stdin.end();
    session.stderr.resume();
    await pipeline(session.stdout, createWriteStream(partial, { mode: 0o600 }));
    if ((await session.exited) !== 0) throw new Error('pg_dump failed');
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
  const names = (await readdir(directory)).filter((name) => name.startsWith(`${worktree}-`));
  const old = names.toSorted().slice(0, -keptDumps);
  await Promise.all(old.map((name) => rm(path.join(directory, name), { force: true })));
  return file;
}
