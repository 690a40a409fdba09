import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { DjdevError } from '../errors/djdev-error.ts';

const seedBytes = 32;

/**
 * Where djdev remembers things that are not a cache: `$XDG_STATE_HOME/djdev` or
 * `~/.local/state/djdev`. Not in the project: there `COPY . .` would carry it into the image.
 */
export function stateDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  const configured = environment['XDG_STATE_HOME'] ?? '';
  const base = path.isAbsolute(configured) ? configured : path.join(homedir(), '.local', 'state');
  return path.join(base, 'djdev');
}

/**
 * The random seed of a worktree, made at its first use; readable by its owner alone. Throws
 * `DJ-STATE` when it can neither be read nor written.
 */
export async function readStackSeed(
  worktree: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const directory = stateDirectory(environment);
  const file = path.join(directory, `${worktree}.seed`);
  const read = (): Promise<string> => readFile(file, 'utf8');
  try {
    return await read().catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const seed = randomBytes(seedBytes).toString('base64url');
      // Of two djdevs at the same moment one writes, and both read what it wrote.
      await writeFile(file, seed, { mode: 0o600, flag: 'wx' }).catch(ignoreExisting);
      return await read();
    });
  } catch (cause) {
    throw new DjdevError('DJ-STATE', {
      message: `${file}, from which the passwords of this checkout are made, cannot be used: ${String(cause)}`,
      hint: 'Make the directory writable, or name another one with XDG_STATE_HOME.',
      cause,
    });
  }
}

/** A secret for one purpose: the same for as long as the seed is, and of no use for another. */
export function deriveSecret(seed: string, purpose: string): string {
  return createHmac('sha512', seed).update(purpose).digest('base64url').slice(0, 64);
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
