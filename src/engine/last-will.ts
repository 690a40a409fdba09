import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { formatOwner, type OwnerStamp } from './owner.ts';

/** How the sweeper reaches the engine that this process is connected to. */
export interface SweepTarget {
  readonly host?: string;
  readonly context?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** What a process leaves for the case that it is killed. */
export interface LastWill {
  /** To be called before the first thing is created that must not outlive this process. */
  readonly arm: () => void;
  /** Withdraws the will: this process has cleaned up by itself. */
  readonly revoke: () => void;
}

/**
 * A shell that waits at the end of a pipe from this process. When the pipe ends without a word,
 * this process was killed, and the shell becomes a sweeper: it removes the networks and volumes,
 * which have no lifeline, and whatever lifelines missed. Waiting it takes 1 MB and no time.
 */
export function createLastWill(target: SweepTarget, owner: OwnerStamp): LastWill {
  let shell: ChildProcess | undefined;
  return {
    arm() {
      if (process.platform === 'win32') return;
      shell ??= startShell(target, owner);
    },
    revoke() {
      shell?.stdin?.end('revoked\n');
      shell = undefined;
    },
  };
}

function startShell(target: SweepTarget, owner: OwnerStamp): ChildProcess {
  const { env, ...where } = target;
  const sweeper = fileURLToPath(import.meta.url).replace(/last-will\.(js|ts)$/, 'sweep-dead.$1');
  const order = JSON.stringify({ ...where, owner: formatOwner(owner) });
  // Detached: whoever kills the process group does not mean the one who cleans up after it.
  const shell = spawn(
    'sh',
    ['-c', 'read -r _ || exec "$@"', 'djdev-last-will', process.execPath, sweeper, order],
    { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/', env: { ...env } },
  );
  // No shell, no will: the next run's sweep does the same, only later.
  shell.on('error', () => {});
  shell.stdin?.on('error', () => {});
  shell.unref();
  // The stream is a socket, though its type does not say so; it must not keep this process alive.
  const { stdin } = shell;
  if (stdin && 'unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return shell;
}
