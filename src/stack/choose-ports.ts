import { createHash } from 'node:crypto';

/** Below what systems give to outgoing connections, and away from the ports people know. */
const firstPort = 20_000;
const portCount = 10_000;

/**
 * The port on the host for a container port: derived from the worktree, so that it is the same
 * every day and another in the next checkout. `attempt` counts the ports that were taken before.
 */
export function choosePort(worktree: string, role: string, port: number, attempt: number): number {
  const digest = createHash('sha256').update(`${worktree}\0${role}\0${port}`).digest();
  return firstPort + ((digest.readUInt32BE(0) + attempt) % portCount);
}
