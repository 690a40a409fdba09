import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readMigrationRows } from '../database/migration-rows.ts';
import type { PostgresAddress } from '../database/postgres-session.ts';
import {
  buildCacheDirectory,
  cacheKey,
  readCacheFile,
  writeCacheFile,
} from '../engine/build/inputs/cache-directory.ts';
import type { ImageFacts } from '../engine/engine.ts';
import { describeOneOff } from '../stack/describe-process.ts';
import type { Stack } from '../stack/open-stack.ts';
import type { StackContext } from '../stack/stack-context.ts';
import { findManagePrefix } from './manage-prefix.ts';
import { parseMigrationPlan } from './parse-migration-plan.ts';
import { runCaptured } from './run-captured.ts';

/** Which migrations of an image the database lacks. */
export type PendingMigrations =
  | {
      readonly type: 'known';
      readonly pending: readonly string[];
      /** Not one has been applied: there is nothing in it that could be lost. */
      readonly isNew: boolean;
    }
  /** Django could not be asked; its last lines say why. */
  | { readonly type: 'unknown'; readonly output: readonly string[] };

const shownLines = 20;

/**
 * Asks Django in the image, which takes as long as it takes to boot. What an image's migrations are
 * is remembered: while the database has all of them, the next question costs one query.
 */
export async function findPendingMigrations(
  context: StackContext,
  stack: Stack,
  image: ImageFacts,
  database: PostgresAddress,
): Promise<PendingMigrations> {
  const file = rememberedFile(stack, image);
  const remembered = (await readCacheFile(file)) as readonly string[] | undefined;
  if (remembered !== undefined && (await hasAll(context, database, remembered))) {
    return { type: 'known', pending: [], isNew: false };
  }
  const command = [...(await findManagePrefix(stack.project)), 'showmigrations', '--plan'];
  const session = randomBytes(6).toString('hex');
  const run = await runCaptured(context, describeOneOff(stack, image, command, session));
  if (run.exitCode !== 0) return { type: 'unknown', output: run.output.slice(-shownLines) };
  const { all, pending } = parseMigrationPlan(run.stdout);
  await writeCacheFile(file, all);
  return { type: 'known', pending, isNew: pending.length === all.length };
}

/** Whether Django has been asked about this image: then it has run here, and migrated or not. */
export async function isRemembered(stack: Stack, image: ImageFacts): Promise<boolean> {
  return (await readCacheFile(rememberedFile(stack, image))) !== undefined;
}

async function hasAll(
  { signal }: StackContext,
  database: PostgresAddress,
  names: readonly string[],
): Promise<boolean> {
  const { applied } = await readMigrationRows(database, signal);
  const there = new Set(applied.map(({ app, name }) => `${app}.${name}`));
  return names.every((name) => there.has(name));
}

function rememberedFile({ project }: Stack, image: ImageFacts): string {
  const key = cacheKey(['migrations', image.id, project.settings.dev ?? '']);
  return join(buildCacheDirectory(process.env), `${key}.migrations.json`);
}
