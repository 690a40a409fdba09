import type { PostgresAddress } from '../database/postgres-session.ts';
import { withPostgresSession } from '../database/postgres-session.ts';
import { measureDatabase } from '../database/data/describe-data.ts';
import { readMigrationState } from '../database/snapshot/migration-state.ts';
import { saveSnapshot } from '../database/snapshot/take-snapshot.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import { readGitBranch } from '../project/git-branch.ts';
import { formatBytes, formatCount, formatDuration } from '../report/formats/quantity.ts';
import type { Stack } from '../stack/open-stack.ts';
import type { StackContext } from '../stack/stack-context.ts';

/** Larger databases take too long, and too much room, to be copied without being asked. */
const mostBytes = 1e9;

/**
 * Keeps a copy of the development database before migrations change it. A new database needs none,
 * and a copy that cannot be made is told and keeps nobody from migrating.
 */
export async function snapshotBeforeMigrate(
  { signal, clock, emit }: StackContext,
  { project }: Pick<Stack, 'project'>,
  address: PostgresAddress,
): Promise<void> {
  const role = 'snapshot';
  const note = (text: string): void => emit({ type: 'stack-noted', role, text });
  try {
    const { count, bytes } = await withPostgresSession(address, signal, async (query) => ({
      ...(await readMigrationState(query)),
      ...(await measureDatabase(query)),
    }));
    if (count === 0) return;
    if (bytes > mostBytes) {
      note(`none is made: ${formatBytes(bytes)} are too much. djdev snapshot save NAME makes one`);
      return;
    }
    const startedMs = clock.monotonicMs();
    const onEnded = (ended: number): void =>
      note(`ended ${formatCount(ended, 'session')} of the application, which connects again`);
    const server = { address, signal, clock, onEnded };
    const branch = await readGitBranch(project.root);
    const { name } = await saveSnapshot(server, { reason: 'before migrate', branch });
    const took = formatDuration(clock.monotonicMs() - startedMs);
    note(`${name} (${formatBytes(bytes)}, ${took})`);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof DjdevError)) throw error;
    note(`none could be made: ${error.message}`);
  }
}
