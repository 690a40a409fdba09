import { randomBytes } from 'node:crypto';
import { quoteName } from '../../database/data/golden-template.ts';
import { withServerSession } from '../../database/snapshot/exchange-database.ts';
import { replaceDatabase } from '../../database/snapshot/take-snapshot.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { Invocation } from '../command.ts';
import { openDatabaseCommand } from './open-database-command.ts';

/** `djdev db reset`: an empty database; what was there stays as a snapshot. */
export async function runReset(invocation: Invocation): Promise<number> {
  const { io, options, args } = invocation;
  if (args.length > 0) {
    throw new DjdevError('DJ-USAGE', { message: `There is no use for ${args.join(' ')}.` });
  }
  await using opened = await openDatabaseCommand(invocation);
  const { server, branch } = opened;
  const database = `djdev_next_${randomBytes(6).toString('hex')}`;
  await withServerSession(server, (query) => query(`CREATE DATABASE ${quoteName(database)}`));
  const kept = await replaceDatabase(server, database, { reason: 'before reset', branch });
  io.stdout.write(
    options.json === true
      ? `${JSON.stringify({ version: 1, kept: kept.name })}\n`
      : `The database is empty. What was there is the snapshot ${kept.name}.\n` +
          'djdev manage migrate makes its tables.\n',
  );
  return 0;
}
