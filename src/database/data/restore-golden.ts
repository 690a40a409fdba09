import type { Context } from '../../context/context.ts';
import type { DataDefinition } from '../../project/project.ts';
import { type PostgresQuery, withPostgresSession } from '../postgres-session.ts';
import type { ScratchPostgres } from '../scratch-postgres.ts';
import { fillTables } from '../synthetic/fill-tables.ts';
import { checkRoom } from './check-room.ts';
import { measureDatabase } from './describe-data.ts';
import { dumpFromUrl } from './dump-from-url.ts';
import { findDump, runDumpCommand } from './dump-source.ts';
import {
  dropGoldens,
  goldenName,
  quoteName,
  type RestoredData,
  sealGolden,
} from './golden-template.ts';
import { readProfile } from './read-profile.ts';
import { restoreDump, type RestoreRequest, type RestoreServer } from './restore-dump.ts';
import { readMasks, runMask } from './run-script.ts';

/** Data on its way into a template, and the server that is to have it. */
export interface Restoration {
  readonly query: PostgresQuery;
  readonly postgres: ScratchPostgres;
  readonly data: DataDefinition;
  /** Directory of the project. */
  readonly root: string;
  readonly key: string;
  readonly onProgress: (text: string) => void;
}

/**
 * Restores data into the template of its key, masks it and seals it; templates of other keys go.
 * Throws what `restoreDump` and masks throw; what was begun is then of no use.
 */
export async function restoreGolden(
  context: Context,
  restoration: Restoration,
): Promise<RestoredData> {
  const { engine, signal, clock } = context;
  const { query, postgres, data, root, key, onProgress } = restoration;
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
export function shownPath(root: string, file: string): string {
  return file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file;
}
