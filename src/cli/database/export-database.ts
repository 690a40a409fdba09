import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { formatTail } from '../../database/data/format-tail.ts';
import { postgresEnvironment } from '../../database/data/restore-dump.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import { formatBytes, formatDuration } from '../../report/formats/quantity.ts';
import type { Invocation } from '../command.ts';
import { type DatabaseCommand, openDatabaseCommand } from './open-database-command.ts';
import { showProgress } from './show-progress.ts';

/** `djdev db export [FILE]`: a dump of the development database; `-` is standard output. */
export async function runExport(invocation: Invocation): Promise<number> {
  const { io, options, args } = invocation;
  const [given, ...others] = args;
  if (others.length > 0) {
    throw new DjdevError('DJ-USAGE', { message: `There is no use for ${others.join(' ')}.` });
  }
  await using opened = await openDatabaseCommand(invocation);
  const { project, server } = opened;
  const startedMs = server.clock.monotonicMs();
  if (given === '-') {
    await exportTo(invocation, opened, '-', io.stdout);
    return 0;
  }
  const day = new Date(server.clock.now()).toISOString().slice(0, 10);
  const file = given ?? `${project.name}-${day}.dump`;
  const target = path.resolve(io.cwd, file);
  const partial = `${target}.part`;
  try {
    const bytes = await exportTo(invocation, opened, file, createWriteStream(partial));
    await rename(partial, target);
    const ms = Math.round(server.clock.monotonicMs() - startedMs);
    io.stdout.write(
      options.json === true
        ? `${JSON.stringify({ version: 1, file: target, bytes, ms })}\n`
        : `Exported ${formatBytes(bytes)} to ${file} in ${formatDuration(ms)}.\n`,
    );
    return 0;
  } finally {
    await rm(partial, { force: true });
  }
}

/** Answers the bytes of the dump. Throws `DJ-RESTORE` when `pg_dump` fails. */
async function exportTo(
  invocation: Invocation,
  { container, server }: DatabaseCommand,
  file: string,
  target: Writable,
): Promise<number> {
  const isPlain = /\.sql(?:\.gz)?$/u.test(file);
  const command = ['pg_dump', '--no-owner', '--no-acl', isPlain ? '-Fp' : '-Fc'];
  const environment = postgresEnvironment(container, server.address.database);
  const { engine, signal } = container;
  await using session = await engine.exec(container.container, { command, environment }, signal);
  session.stdin.end();
  const said: Buffer[] = [];
  session.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  using progress = showProgress(invocation);
  let bytes = 0;
  const counted = (async function* () {
    for await (const chunk of session.stdout) {
      bytes += (chunk as Buffer).length;
      progress.say(`exported ${formatBytes(bytes)}`);
      yield chunk as Buffer;
    }
    // Before the file gets its end: a dump that broke off is none.
    if ((await session.exited) === 0) return;
    throw new DjdevError('DJ-RESTORE', {
      message: 'pg_dump could not export the database.',
      hint: 'Look at its output.',
      output: formatTail(Buffer.concat(said)),
    });
  })();
  const end = file !== '-';
  if (file.endsWith('.gz')) await pipeline(counted, createGzip({ level: 6 }), target);
  else await pipeline(counted, target, { end });
  return bytes;
}
