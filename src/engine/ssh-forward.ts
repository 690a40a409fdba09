import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../context/clock.ts';
import type { SshTarget } from './parse-address.ts';

/** A local socket behind which a remote engine listens. */
export interface SshForward extends AsyncDisposable {
  readonly socketPath: string;
}

/**
 * Forwards a remote engine's socket through one ssh process. The user's ssh configuration, agent
 * and known hosts apply; nothing is asked for. Rejects with what ssh said.
 */
export async function openSshForward(target: SshTarget, signal: AbortSignal): Promise<SshForward> {
  const directory = await mkdtemp(join(tmpdir(), 'djdev-ssh-'));
  const socketPath = join(directory, 'docker.sock');
  // Detached, so that Ctrl-C reaches djdev alone and clean-up still has a connection. The remote
  // `cat` ends with our end of its stdin, and ssh with it: also after a kill -9.
  const child = spawn('ssh', sshArguments(target, socketPath), {
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let complaints = '';
  let ended: string | undefined;
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  child.once('error', (error) => (ended = error.message));
  child.once('close', (code) => (ended ??= complaints.trim() || `ssh ended with code ${code}`));
  child.stdin.on('error', () => {});

  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  };
  try {
    while (!(await exists(socketPath))) {
      if (ended !== undefined) throw new Error(`ssh failed: ${ended}`);
      await systemClock.sleep(10, signal);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { socketPath, [Symbol.asyncDispose]: close };
}

/** The remote command must be one that every shell knows. */
export function sshArguments(target: SshTarget, socketPath: string): readonly string[] {
  const options = ['BatchMode=yes', 'ExitOnForwardFailure=yes', 'ConnectTimeout=15'];
  return [
    '-T',
    ...options.flatMap((option) => ['-o', option]),
    ...(target.port === undefined ? [] : ['-p', String(target.port)]),
    '-L',
    `${socketPath}:${target.socketPath}`,
    '--',
    target.destination,
    'cat',
  ];
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
