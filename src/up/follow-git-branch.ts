import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { PostgresAddress } from '../database/postgres-session.ts';
import { followBranch } from '../database/snapshot/branch-database.ts';
import { readGitBranch } from '../project/git-branch.ts';
import { formatCount, formatDuration } from '../report/formats/quantity.ts';
import type { Stack } from '../stack/open-stack.ts';
import type { StackContext } from '../stack/stack-context.ts';

/**
 * Gives the application the database of the branch that is checked out, when its migrations are
 * others than those of the branch before. Without a branch nothing changes.
 */
export async function followGitBranch(
  { signal, clock, emit }: StackContext,
  { project }: Pick<Stack, 'project'>,
  address: PostgresAddress,
): Promise<void> {
  const branch = await readGitBranch(project.root);
  if (branch === undefined) return;
  const note = (text: string): void => emit({ type: 'stack-noted', role: 'database', text });
  const onEnded = (ended: number): void =>
    note(`ended ${formatCount(ended, 'session')} of the application, which connects again`);
  const startedMs = clock.monotonicMs();
  const migrations = await digestMigrations(project.root);
  const server = { address, signal, clock, onEnded };
  const change = await followBranch(server, { branch, migrations });
  if (change.action === 'kept') return;
  const took = formatDuration(clock.monotonicMs() - startedMs);
  note(
    change.action === 'copied'
      ? `branch ${branch} has other migrations than ${change.from}: it goes on with a copy (${took})`
      : `back to the database of branch ${branch}; that of ${change.from} is kept (${took})`,
  );
}

const mostDepth = 6;
const skipped =
  /^(\..*|node_modules|venv|env|__pycache__|site-packages|static|staticfiles|media)$/u;

/** Of the names of all migrations in the tree. */
async function digestMigrations(root: string): Promise<string> {
  const names: string[] = [];
  const open: { readonly directory: string; readonly depth: number }[] = [
    { directory: root, depth: 0 },
  ];
  for (let next = open.pop(); next; next = open.pop()) {
    const { directory, depth } = next;
    const isMigrations = path.basename(directory) === 'migrations';
    for (const entry of await readdir(directory, { withFileTypes: true }).catch(() => [])) {
      const file = path.join(directory, entry.name);
      if (entry.isDirectory() && depth < mostDepth && !skipped.test(entry.name)) {
        open.push({ directory: file, depth: depth + 1 });
      } else if (isMigrations && /^(?!__init__).*\.py$/u.test(entry.name)) {
        names.push(path.relative(root, file));
      }
    }
  }
  return createHash('sha256').update(names.toSorted().join('\n')).digest('hex').slice(0, 16);
}
