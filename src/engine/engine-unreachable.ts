import { DjdevError } from '../errors/djdev-error.ts';
import type { EngineCandidate, SearchResult } from './engine-candidates.ts';

/** An attempt to reach an engine, and why it failed. */
export interface Refusal {
  readonly candidate: Pick<EngineCandidate, 'address' | 'origin'>;
  readonly error: unknown;
}

/** The error when no candidate answered: what was tried, and the hint for the likeliest reason. */
export function unreachable(refusals: readonly Refusal[]): DjdevError {
  // A socket that exists is the engine that was meant; missing ones only say where we looked.
  const present = refusals.find((refusal) => errorCode(refusal) !== 'ENOENT') ?? refusals[0];
  const attempts = refusals.map(describeRefusal);
  return new DjdevError('DJ-ENGINE-UNREACHABLE', {
    message: present
      ? `No Docker engine answers. Tried ${describeRefusal(present)}.`
      : 'No Docker engine answers.',
    hint: present ? hintFor(present) : installHint,
    output: attempts.length > 1 ? attempts : [],
    cause: present?.error,
  });
}

/** The error when a context was named that does not exist. */
export function unknownContext(
  found: Extract<SearchResult, { type: 'unknown-context' }>,
): DjdevError {
  return new DjdevError('DJ-ENGINE-UNREACHABLE', {
    message: `There is no Docker context named "${found.name}", which ${found.origin} asks for.`,
    hint: `Known contexts: ${found.known.join(', ')}. Choose one with --context, or see \`docker context ls\`.`,
  });
}

/** `unix:///var/run/docker.sock (default socket): permission denied` */
function describeRefusal(refusal: Refusal): string {
  const { address, origin } = refusal.candidate;
  return `${address} (${origin}): ${reasonOf(refusal)}`;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  ECONNREFUSED: 'nothing is listening there',
  ECONNRESET: 'the connection was closed',
  EHOSTUNREACH: 'the host cannot be reached',
  ENOENT: 'there is no such socket',
  ENOTFOUND: 'the host name is unknown',
  EPERM: 'permission denied',
  ETIMEDOUT: 'no answer in time',
};

function reasonOf(refusal: Refusal): string {
  const { error } = refusal;
  const known = reasons[errorCode(refusal) ?? ''];
  if (known !== undefined) return known;
  if (!(error instanceof Error)) return String(error);
  return error.name === 'TimeoutError' ? 'no answer in time' : error.message;
}

function errorCode({ error }: Refusal): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

const installHint =
  'Install Docker and start it, or say where the engine is with --host, --context or DOCKER_HOST.';

function hintFor(refusal: Refusal): string {
  const { origin } = refusal.candidate;
  const code = errorCode(refusal);
  // Somebody chose this address: it may be the wrong one, and no other is tried.
  const isChosen = origin === 'DOCKER_HOST' || origin === '--host';
  if (isChosen && ['ECONNREFUSED', 'EHOSTUNREACH', 'ENOENT', 'ENOTFOUND'].includes(code ?? '')) {
    return `Start the engine there, or correct ${origin}. Without it djdev looks for the engine of this machine.`;
  }
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'Your user may not use this socket. Add it to the docker group with `sudo usermod -aG docker $USER`, then log in again.';
    case 'ECONNREFUSED':
    case 'ETIMEDOUT':
      return 'Start the Docker engine (`sudo systemctl start docker`, or Docker Desktop) and try again.';
    default:
      return installHint;
  }
}
