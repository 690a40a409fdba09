import { createHash } from 'node:crypto';
import type { Context } from '../../context/context.ts';
import type { ImageFacts, Ownership } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { DataDefinition } from '../../project/project.ts';
import type { ScratchPostgresPlan } from '../plan-scratch-postgres.ts';
import { type PostgresQuery, withPostgresSession } from '../postgres-session.ts';
import {
  type ScratchPostgres,
  type ScratchPostgresPlacement,
  startScratchPostgres,
} from '../scratch-postgres.ts';
import { fillTables } from '../synthetic/fill-tables.ts';
import { checkRoom } from './check-room.ts';
import { measureDatabase } from './describe-data.ts';
import { digestData } from './digest-data.ts';
import { dumpFromUrl } from './dump-from-url.ts';
import { findDump, runDumpCommand } from './dump-source.ts';
import {
  cloneDatabase,
  dropGoldens,
  dropUnfinished,
  findGolden,
  goldenName,
  quoteName,
  type RestoredData,
  sealGolden,
} from './golden-template.ts';
import { readProfile } from './read-profile.ts';
import { restoreDump, type RestoreRequest, type RestoreServer } from './restore-dump.ts';
import { readMasks, runMask } from './run-script.ts';

/** What is to be restored for a run, and what it may use. */
export interface DataRequest {
  readonly data: DataDefinition;
  /** Restore it even if it has been restored before. */
  readonly isRenewed: boolean;
  /** Directory of the project: paths are shown from there, commands run there. */
  readonly root: string;
  /** Of the volume; it stays until `djdev down --volumes`. */
  readonly ownership: Ownership;
  /** Absolute path of a directory for what holds for other runs too. */
  readonly cacheDirectory: string;
  readonly onProgress: (text: string) => void;
}

/** Role of the volume that holds restored data. */
export const dataRole = 'data';

/**
 * Starts the planned Postgres with a copy of production's data in its database. The data is
 * restored into a template of a cached volume at the first run, and cloned from there in every run.
 * Throws what `restoreDump` throws, `DJ-DATA-SOURCE`, `DJ-DATA-MASK` and `DJ-DATA-BUSY`.
 */
export async function startDataPostgres(
  context: Context,
  plan: ScratchPostgresPlan,
  placement: Omit<ScratchPostgresPlacement, 'containerName' | 'volume'>,
  request: DataRequest,
): Promise<ScratchPostgres> {
  const { engine, signal, clock, scope } = context;
  await checkSource(request);
  const image =
    (await engine.inspectImage(plan.image, signal)) ??
    (await engine.pullImage(plan.image, placement.onLine, signal));
  const volume = volumeName(request.ownership.worktree, plan, image);
  const ownership = { ...request.ownership, role: dataRole, persistent: true };
  await removeOthers(context, request.ownership.worktree, volume);
  await engine.createVolume(volume, ownership, signal);
  const postgres = await startAlone(context, plan, { ...placement, volume }, request.onProgress);
  const admin = { ...postgres.address, database: 'postgres' };
  const keep = placement.ownership.persistent === true;
  const data = await withPostgresSession(admin, signal, async (query) => {
    const key = await digestData(request.data, request.cacheDirectory);
    const known = request.isRenewed ? undefined : await findGolden(query, key);
    scope.defer(() => tidy(postgres, keep));
    return await withoutDurability(query, async () => {
      const restored =
        known ?? (await restoreGolden(context, { query, postgres, request, key, image }));
      request.onProgress('cloning');
      const startedMs = clock.monotonicMs();
      await query(`DROP DATABASE IF EXISTS ${quoteName(plan.database)} WITH (FORCE)`);
      await cloneDatabase(query, goldenName(key), plan.database);
      const cloneMs = Math.round(clock.monotonicMs() - startedMs);
      return { ...restored, cloneMs, isFresh: known === undefined };
    });
  });
  return { ...postgres, data };
}

/** What can be known to fail before anything is started. */
async function checkSource({ data, root }: DataRequest): Promise<void> {
  const { source, location } = data;
  if (source.kind === 'file') await findDump(source.path, shownPath(root, source.path), location);
  if (source.kind === 'url' && source.url === undefined) {
    throw new DjdevError('DJ-ENV-MISSING', {
      message: `rehearse.data reads production's data from the URL in ${source.variable}, and nothing gives it a value.`,
      hint: `Set ${source.variable} in the shell or in .env, or rehearse with --no-data.`,
      ...(location && { location }),
    });
  }
  await readMasks(data.masks);
}

/** Another image brings other libraries, by whose order the indexes are sorted: it starts anew. */
function volumeName(worktree: string, plan: ScratchPostgresPlan, image: ImageFacts): string {
  const digest = createHash('sha256').update(`${image.id}\0${plan.user}`).digest('hex');
  return `djdev-${worktree}-data-${digest.slice(0, 8)}`;
}

/** Data that was restored for images that are not used any more. */
async function removeOthers(
  { engine, signal }: Context,
  worktree: string,
  volume: string,
): Promise<void> {
  const owned = await engine.listOwned({ worktree }, signal);
  const old = owned.filter(
    ({ kind, name, ownership }) =>
      kind === 'volume' && ownership.role === dataRole && name !== volume,
  );
  // One that is in use stays for the next run.
  await Promise.allSettled(old.map((resource) => engine.removeOwned(resource, signal)));
}

const waitMs = 250;

/**
 * The container has the volume's name, so that there can be only one: two servers on the same files
 * would destroy them. A second run waits for the first.
 */
async function startAlone(
  context: Context,
  plan: ScratchPostgresPlan,
  placement: Omit<ScratchPostgresPlacement, 'containerName'> & { readonly volume: string },
  onProgress: (text: string) => void,
): Promise<ScratchPostgres> {
  const { engine, signal, clock } = context;
  const containerName = placement.volume;
  for (;;) {
    try {
      return await startScratchPostgres(context, plan, { ...placement, containerName });
    } catch (error) {
      const isTaken = error instanceof DjdevError && /already in use/u.test(error.message);
      if (!isTaken) throw error;
      const worktree = placement.ownership.worktree;
      const owned = await engine.listOwned({ worktree }, signal);
      const holder = owned.find(({ kind, name }) => kind === 'container' && name === containerName);
      if (holder?.ownership.persistent === true) {
        throw new DjdevError('DJ-DATA-BUSY', {
          message: 'The restored data is in use by a rehearsal that was kept.',
          hint: 'End it with djdev down, or rehearse with --no-data.',
          cause: error,
        });
      }
    }
    onProgress('waiting for another rehearsal with the same data');
    await clock.sleep(waitMs, signal);
  }
}

interface Restoration {
  readonly query: PostgresQuery;
  readonly postgres: ScratchPostgres;
  readonly request: DataRequest;
  readonly key: string;
  readonly image: ImageFacts;
}

async function restoreGolden(context: Context, restoration: Restoration): Promise<RestoredData> {
  const { engine, signal, clock } = context;
  const { query, postgres, request, key } = restoration;
  const { data, root, onProgress } = request;
  const startedMs = clock.monotonicMs();
  const name = goldenName(key);
  await dropGoldens(query);
  const [version] = await query(`SELECT current_setting('server_version_num')::int AS number`);
  const { plan, containerId: container } = postgres;
  const server: RestoreServer = {
    engine,
    clock,
    signal,
    container,
    user: plan.user,
    password: plan.password,
    image: plan.image,
    majorVersion: Math.floor(Number(version?.['number']) / 10_000),
  };
  const masks = await readMasks(data.masks);
  const dump = await openSource(server, data, root);
  if (dump.source.kind !== 'stream') {
    checkRoom(dump.name, dump.source.bytes, (await engine.diskUsage(signal)).freeBytes);
  }
  await query(`CREATE DATABASE ${quoteName(name)} TEMPLATE template0`);
  const { excludeTableData } = data;
  await restoreDump(server, name, { ...dump, excludeTableData, onProgress });
  if (masks.length > 0) onProgress('masking');
  for (const mask of masks) await runMask(server, name, mask);
  const golden = { ...postgres.address, database: name };
  const sizes = await withPostgresSession(golden, signal, async (inside) => {
    if (data.profile !== undefined) {
      onProgress('making up rows');
      await fillTables(inside, { profile: await readProfile(data.profile) });
    }
    onProgress('taking statistics');
    await inside('VACUUM (ANALYZE)');
    return await measureDatabase(inside);
  });
  const restored: RestoredData = {
    source: dump.name,
    ...sizes,
    restoreMs: Math.round(clock.monotonicMs() - startedMs),
    restoredAtMs: clock.now(),
  };
  await sealGolden(query, key, restored);
  await query('CHECKPOINT');
  await engine.execToEnd(container, { command: ['sync'] }, signal).catch(() => undefined);
  return restored;
}

type OpenedSource = Pick<RestoreRequest, 'name' | 'location' | 'source'>;

async function openSource(
  server: RestoreServer,
  { source, location, excludeTableData }: DataDefinition,
  root: string,
): Promise<OpenedSource> {
  switch (source.kind) {
    case 'file': {
      const name = shownPath(root, source.path);
      return { name, location, source: await findDump(source.path, name, location) };
    }
    case 'command': {
      const bytes = runDumpCommand(source.command, { cwd: root, location }, server.signal);
      return {
        name: `the output of ${source.command[0]}`,
        location,
        source: { kind: 'stream', bytes },
      };
    }
    case 'url': {
      const { variable, url } = source;
      if (url === undefined) throw new Error('The URL was checked before.');
      const bytes = dumpFromUrl(server, { variable, url, location }, excludeTableData);
      return { name: `the database of ${variable}`, location, source: { kind: 'stream', bytes } };
    }
    default:
      return source satisfies never;
  }
}

/** A path as people write it, from the project's directory. */
function shownPath(root: string, file: string): string {
  return file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file;
}

/** A copy can be made again: nothing has to be on the disk before the server goes on. */
const scratchSettings = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  autovacuum: 'off',
  max_wal_size: '8GB',
  checkpoint_timeout: '1h',
  maintenance_work_mem: '256MB',
} as const;

/** The release is rehearsed with the server's own settings again. */
async function withoutDurability<T>(query: PostgresQuery, work: () => Promise<T>): Promise<T> {
  for (const [name, value] of Object.entries(scratchSettings)) {
    await query(`ALTER SYSTEM SET ${name} = '${value}'`);
  }
  await query('SELECT pg_reload_conf()');
  const result = await work();
  for (const name of Object.keys(scratchSettings)) await query(`ALTER SYSTEM RESET ${name}`);
  await query('SELECT pg_reload_conf()');
  return result;
}

/** The clone has served, and what was not restored to its end never will: both go. */
async function tidy({ address, plan }: ScratchPostgres, keep: boolean): Promise<void> {
  const late = AbortSignal.timeout(15_000);
  await withPostgresSession({ ...address, database: 'postgres' }, late, async (query) => {
    await dropUnfinished(query);
    if (keep) return;
    await query(`DROP DATABASE IF EXISTS ${quoteName(plan.database)} WITH (FORCE)`);
    // The next start then has nothing to recover.
    await query('CHECKPOINT');
  }).catch(() => undefined);
}
