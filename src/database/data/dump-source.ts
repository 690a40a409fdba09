import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { DjdevError, type SourceLocation } from '../../errors/djdev-error.ts';
import { formatTail } from './format-tail.ts';

/** Where a dump comes from. */
export type DumpSource =
  | { readonly kind: 'file'; readonly path: string; readonly bytes: number }
  | { readonly kind: 'directory'; readonly path: string; readonly bytes: number };

/** Looks at a dump's path. Throws `DJ-DATA-SOURCE` when there is nothing that can be read. */
export async function findDump(
  file: string,
  name: string,
  location?: SourceLocation,
): Promise<DumpSource> {
  const missing = (cause: unknown, why: string): DjdevError =>
    new DjdevError('DJ-DATA-SOURCE', {
      message: `${name} cannot be read: ${why}.`,
      hint: 'Name a file of pg_dump, or its directory for pg_dump -Fd.',
      ...(location && { location }),
      cause,
    });
  const facts = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw missing(error, error.code === 'ENOENT' ? 'there is no such file' : error.message);
  });
  if (!facts.isDirectory()) return { kind: 'file', path: file, bytes: facts.size };
  const names = await readdir(file);
  if (!names.some((entry) => /^toc\.dat(?:\.gz|\.lz4|\.zst)?$/u.test(entry))) {
    throw missing(undefined, 'it is a directory without the toc.dat of a dump');
  }
  const sizes = await Promise.all(
    names.map(async (entry) => (await stat(path.join(file, entry))).size),
  );
  return { kind: 'directory', path: file, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/**
 * The output of a command of the team that writes a dump. It runs on this machine, in `cwd`; the
 * iteration throws `DJ-DATA-SOURCE` with what it said when it fails.
 */
export async function* runDumpCommand(
  command: readonly string[],
  options: { readonly cwd: string; readonly location?: SourceLocation | undefined },
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const { promise: ended, resolve } = Promise.withResolvers<string | undefined>();
  child.once('error', (error) => resolve(error.message));
  child.once('close', (code, killed) =>
    resolve(code === 0 ? undefined : `it ended with ${killed ?? `exit code ${code}`}`),
  );
  try {
    for await (const chunk of child.stdout) yield chunk as Buffer;
    const problem = await ended;
    signal.throwIfAborted();
    if (problem === undefined) return;
    throw new DjdevError('DJ-DATA-SOURCE', {
      message: `“${command.join(' ')}” gave no dump: ${problem}.`,
      hint: 'Run it by itself; it has to write a dump to its standard output.',
      ...(options.location && { location: options.location }),
      output: formatTail(Buffer.concat(said)),
    });
  } finally {
    child.kill();
  }
}
