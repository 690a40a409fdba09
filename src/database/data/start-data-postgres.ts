import type { Context } from '../../context/context.ts';
import type { Ownership } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { DataDefinition } from '../../project/project.ts';
import type { ScratchPostgresPlan } from '../plan-scratch-postgres.ts';
import { type PostgresQuery, withPostgresSession } from '../postgres-session.ts';
import type { ScratchPostgres, ScratchPostgresPlacement } from '../scratch-postgres.ts';
import { dataRole, dataVolume, removeOthers, startAlone } from './data-volume.ts';
import { digestData } from './digest-data.ts';
import { findDump } from './dump-source.ts';
import { cloneDatabase, dropCopies, findGolden, goldenName } from './golden-template.ts';
import { restoreGolden, shownPath } from './restore-golden.ts';
import { readMasks } from './run-script.ts';

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
  const volume = dataVolume(request.ownership.worktree, plan, image);
  const ownership = { ...request.ownership, role: dataRole, persistent: true };
  await removeOthers(context, request.ownership.worktree, volume);
  await engine.createVolume(volume, ownership, signal);
  const postgres = await startAlone(context, plan, { ...placement, volume }, request.onProgress);
  const admin = { ...postgres.address, database: 'postgres' };
  const keep = placement.ownership.persistent === true;
  const data = await withPostgresSession(admin, signal, async (query) => {
    const key = await digestData(request.data, request.cacheDirectory);
    const known = request.isRenewed ? undefined : await findGolden(query, key);
    if (!keep) scope.defer(() => tidy(postgres));
    await dropCopies(query);
    return await withoutDurability(query, async () => {
      const restored =
        known ??
        (await restoreGolden(context, {
          query,
          postgres,
          key,
          data: request.data,
          root: request.root,
          onProgress: request.onProgress,
        }));
      request.onProgress('cloning');
      const startedMs = clock.monotonicMs();
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

/** The clones have served, and what was not restored to its end never will: all of them go. */
async function tidy({ address }: ScratchPostgres): Promise<void> {
  const late = AbortSignal.timeout(15_000);
  await withPostgresSession({ ...address, database: 'postgres' }, late, async (query) => {
    await dropCopies(query);
    // The next start then has nothing to recover.
    await query('CHECKPOINT');
  }).catch(() => undefined);
}
