import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { systemClock } from '../context/clock.ts';
import type { SshTarget } from './parse-address.ts';
import { createPortForwards } from './port-forwards.ts';

/** A connection to a remote engine's machine. */
export interface SshForward extends AsyncDisposable {
  /** A local socket behind which the engine listens. */
  readonly socketPath: string;
  /** A local port behind which a port of the remote loopback listens. */
  readonly forwardPort: (port: number, signal: AbortSignal) => Promise<number>;
}

/**
 * Forwards a remote engine's socket through one ssh process. The user's ssh configuration, agent
 * and known hosts apply; nothing is asked for. Rejects with what ssh said.
 */
export async function openSshForward(target: SshTarget, signal: AbortSignal): Promise<SshForward> {
  const directory = await mkdtemp(join(tmpdir(), 'djdev-ssh-'));
  const socketPath = join(directory, 'docker.sock');
  const controlPath = join(directory, 'control');
  // Detached, so that Ctrl-C reaches djdev alone and clean-up still has a connection. The remote
  // `cat` ends with our end of its stdin, and ssh with it: also after a kill -9.
  const child = spawn('ssh', sshArguments(target, socketPath, controlPath), {
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let complaints = '';
  let ended: string | undefined;
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (complaints += piece));
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
  const address = `${target.destination}:${target.port ?? ''}`;
  const forwards = createPortForwards(
    address,
    async (...ports) => await addForward(target, controlPath, ...ports),
  );
  return {
    socketPath,
    forwardPort: forwards.forwardPort,
    async [Symbol.asyncDispose]() {
      await forwards[Symbol.asyncDispose]();
      await close();
    },
  };
}

/** The remote command must be one that every shell knows. */
export function sshArguments(
  target: SshTarget,
  socketPath: string,
  controlPath: string,
): readonly string[] {
  const options = ['BatchMode=yes', 'ExitOnForwardFailure=yes', 'ConnectTimeout=15'];
  return [
    '-T',
    // Lets later calls add forwards to this connection.
    '-M',
    '-S',
    controlPath,
    ...options.flatMap((option) => ['-o', option]),
    ...(target.port === undefined ? [] : ['-p', String(target.port)]),
    '-L',
    `${socketPath}:${target.socketPath}`,
    '--',
    target.destination,
    'cat',
  ];
}

async function addForward(
  target: SshTarget,
  controlPath: string,
  localPort: number,
  port: number,
  signal: AbortSignal,
): Promise<void> {
  const forward = `127.0.0.1:${localPort}:127.0.0.1:${port}`;
  const request = ['-S', controlPath, '-O', 'forward', '-L', forward, '--', target.destination];
  const child = spawn('ssh', request, { stdio: ['ignore', 'ignore', 'pipe'], signal });
  const [complaints, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  if (code !== 0) throw new Error(`ssh could not forward port ${port}: ${complaints.trim()}`);
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
