import { createHash } from 'node:crypto';

/**
 * What a path is, in one comparable word: `file <hash> x` (or `-` for a file that is not
 * executable), `dir`, `link <target>`. The agent in the container uses the same words.
 */
export type PathState = string;

export const directoryState: PathState = 'dir';

export function fileState(content: Buffer, isExecutable: boolean): PathState {
  return hashedState(createHash('sha256').update(content).digest('base64url'), isExecutable);
}

/** `hash` is the SHA-256 of the content in base64url, of which 192 bits are kept. */
export function hashedState(hash: string, isExecutable: boolean): PathState {
  return `file ${hash.slice(0, 32)} ${isExecutable ? 'x' : '-'}`;
}

/** The hash in the state of a file. */
export function hashOf(state: PathState): string {
  return state.split(' ')[1] ?? '';
}

/** Whether a file is the wanted one but for a right to execute that a RUN gave it. */
export function isMadeExecutable(wanted: PathState | null, found: PathState | null): boolean {
  return wanted?.endsWith(' -') === true && found === `${wanted.slice(0, -1)}x`;
}

export function linkState(target: string): PathState {
  return `link ${target}`;
}
