import { randomBytes } from 'node:crypto';
import type { PostgresAddress } from '../database/postgres-session.ts';
import type { ImageFacts } from '../engine/engine.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import { describeOneOff } from '../stack/describe-process.ts';
import type { Stack } from '../stack/open-stack.ts';
import type { StackContext } from '../stack/stack-context.ts';
import { findPendingMigrations } from './find-pending-migrations.ts';
import { findManagePrefix } from './manage-prefix.ts';
import type { UpPlan } from './plan.ts';
import { runCaptured } from './run-captured.ts';
import { snapshotBeforeMigrate } from './snapshot-before-migrate.ts';

export interface MigrateOptions {
  readonly when: UpPlan['migrate'];
  /** Asks a person; only called with `ask`. */
  readonly ask: (pending: readonly string[]) => Promise<boolean>;
}

const shownLines = 30;

/**
 * Finds pending migrations and applies them, where that is wanted or the database is new. Throws `DJ-MIGRATE` with
 * Django's last lines when they cannot be applied.
 */
export async function migrateStack(
  context: StackContext,
  stack: Stack,
  { image, database }: { readonly image: ImageFacts; readonly database: PostgresAddress },
  { when, ask }: MigrateOptions,
): Promise<void> {
  if (when === 'never') return;
  const found = await findPendingMigrations(context, stack, image, database);
  if (found.type === 'unknown') {
    context.emit({ type: 'migrations-unknown', output: found.output });
    return;
  }
  const { pending, isNew } = found;
  if (pending.length === 0) return;
  context.emit({ type: 'migrations-found', pending });
  // Where nobody can be asked, a new database gets its tables: without them nothing answers.
  const isWanted =
    when === 'always' || (when === 'name' && isNew) || (when === 'ask' && (await ask(pending)));
  if (!isWanted) return;
  await snapshotBeforeMigrate(context, stack, database);
  await applyMigrations(context, stack, image, pending.length);
}

async function applyMigrations(
  context: StackContext,
  stack: Stack,
  image: ImageFacts,
  count: number,
): Promise<void> {
  const { clock, emit } = context;
  const startedMs = clock.monotonicMs();
  const command = [...(await findManagePrefix(stack.project)), 'migrate', '--noinput'];
  const spec = describeOneOff(stack, image, command, randomBytes(6).toString('hex'));
  const { exitCode, output } = await runCaptured(context, spec, (line) =>
    emit({ type: 'line-logged', role: 'migrate', line }),
  );
  if (exitCode !== 0) {
    throw new DjdevError('DJ-MIGRATE', {
      message: `${command.join(' ')} ended with exit code ${exitCode}, so not all migrations are applied.`,
      hint: 'Mend the migration and run djdev up again; djdev up --no-migrate starts without it.',
      output: output.slice(-shownLines),
    });
  }
  emit({ type: 'migrations-applied', count, ms: clock.monotonicMs() - startedMs });
}
