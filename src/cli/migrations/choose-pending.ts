import { DjdevError } from '../../errors/djdev-error.ts';
import {
  findNamed,
  nameMigration,
  type PlannedMigration,
} from '../../migrations/check/planned-migration.ts';
import { runGit } from '../../rehearse/previous/run-git.ts';
import type { Invocation } from '../command.ts';
import { findApplied } from './find-applied.ts';
import type { OpenedCheck } from './open-check.ts';

/**
 * Which migrations a command is about: those that are named, those that `--since` a git ref came,
 * all of the project, or those that the development database lacks. Throws `DJ-USAGE` when nothing
 * says which.
 */
export async function choosePending(
  check: OpenedCheck,
  plan: readonly PlannedMigration[],
  invocation: Invocation,
): Promise<readonly PlannedMigration[]> {
  const { options, args } = invocation;
  if (args.length > 0) return requireNamed(plan, args);
  if (options.all === true) return plan.filter(({ own }) => own);
  if (options.since !== undefined) return await findSince(check, plan, options.since);
  const applied = await findApplied(check, invocation);
  if (applied !== undefined) return plan.filter((one) => !applied.has(nameMigration(one)));
  throw new DjdevError('DJ-USAGE', {
    message: 'The development database does not run, so nothing says which migrations are pending.',
    hint: 'Start it with djdev up -d, name migrations, or add --since main or --all.',
  });
}

/** The migrations with these names. Throws `DJ-USAGE` for a name that fits none. */
export function requireNamed(
  plan: readonly PlannedMigration[],
  asked: readonly string[],
): readonly PlannedMigration[] {
  const { found, unknown } = findNamed(plan, asked);
  const [first] = unknown;
  if (first === undefined) return found;
  throw new DjdevError('DJ-USAGE', {
    message: `There is no migration ${first.asked}.`,
    hint:
      first.meant === undefined
        ? 'djdev migrations list has their names.'
        : `Did you mean ${first.meant}?`,
  });
}

async function findSince(
  { project, context }: OpenedCheck,
  plan: readonly PlannedMigration[],
  ref: string,
): Promise<readonly PlannedMigration[]> {
  const args = ['ls-tree', '-r', '-z', '--name-only', ref];
  const { exitCode, stdout, stderr } = await runGit(args, { cwd: project.root }, context.signal);
  if (exitCode !== 0) {
    throw new DjdevError('DJ-USAGE', {
      message: `git does not know what ${ref} is: ${stderr.trim()}`,
      hint: 'Name a branch, a tag or a commit that is in this clone; CI often clones without history.',
    });
  }
  const known = new Set(stdout.split('\0'));
  return plan.filter(({ own, file }) => own && !known.has(file));
}
