import { DjdevError } from '../../errors/djdev-error.ts';
import { formatBytes } from '../../report/formats/quantity.ts';

/** The least that a dump grows to, with its clone beside it. */
const leastGrowth = 2;

/**
 * Throws `DJ-DISK-FULL` when a dump of so many bytes certainly finds no room. Unknown room is no
 * reason not to try. Pure.
 */
export function checkRoom(name: string, bytes: number, freeBytes: number | undefined): void {
  const needed = leastGrowth * bytes;
  if (freeBytes === undefined || freeBytes >= needed) return;
  throw new DjdevError('DJ-DISK-FULL', {
    message: `${name} and its clone take at least ${formatBytes(needed)}, and the Docker engine has ${formatBytes(freeBytes)} of disk space left.`,
    hint: 'Make room, leave large tables out with exclude_table_data, or rehearse with --no-data.',
  });
}
