import type { PostgresAddress } from '../../database/postgres-session.ts';
import type { ExecResult } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { Stack } from '../../stack/open-stack.ts';
import type { StackContext } from '../../stack/stack-context.ts';
import { findManagePrefix } from '../manage-prefix.ts';
import { parseMigrationPlan } from '../parse-migration-plan.ts';
import { snapshotBeforeMigrate } from '../snapshot-before-migrate.ts';

/** A running container that has the tree as it is. */
export interface LiveContainer {
  readonly context: StackContext;
  readonly stack: Stack;
  /** Its name. */
  readonly container: string;
}

const shownLines = 30;

/**
 * Which migrations of the tree the database lacks, asked in a container that has the tree;
 * `undefined` when Django cannot say, which the edit's own error explains.
 */
export async function findPendingInTree(
  live: LiveContainer,
): Promise<readonly string[] | undefined> {
  const { exitCode, stdout } = await manage(live, ['showmigrations', '--plan']);
  return exitCode === 0 ? parseMigrationPlan(stdout.split('\n')).pending : undefined;
}

/**
 * Applies the migrations of the tree, those that were made since the image too, after a snapshot.
 * Throws `DJ-MIGRATE` with Django's last lines.
 */
export async function migrateTree(live: LiveContainer, database: PostgresAddress): Promise<void> {
  const { context, stack } = live;
  const { clock, emit } = context;
  const pending = await findPendingInTree(live);
  if (pending !== undefined) emit({ type: 'migrations-found', pending });
  if (pending?.length === 0) return;
  await snapshotBeforeMigrate(context, stack, database);
  const startedMs = clock.monotonicMs();
  const { exitCode, stdout, stderr, command } = await manage(live, ['migrate', '--noinput']);
  for (const line of stdout.trimEnd().split('\n')) {
    emit({ type: 'line-logged', role: 'migrate', line });
  }
  if (exitCode !== 0) {
    throw new DjdevError('DJ-MIGRATE', {
      message: `${command.join(' ')} ended with exit code ${exitCode}, so not all migrations are applied.`,
      hint: 'Mend the migration, save it, and press m again.',
      output: `${stdout}${stderr}`.trimEnd().split('\n').slice(-shownLines),
    });
  }
  const ms = clock.monotonicMs() - startedMs;
  emit({ type: 'migrations-applied', count: pending?.length ?? 0, ms });
}

async function manage(
  { context: { engine, signal }, stack, container }: LiveContainer,
  args: readonly string[],
): Promise<ExecResult> {
  const command = [...(await findManagePrefix(stack.project)), ...args];
  return await engine.execToEnd(container, { command }, signal);
}
