import { DjdevError, type ErrorDetails } from '../errors/djdev-error.ts';
import type { ErrorCode } from '../errors/codes.ts';
import { EngineRefusal } from './engine-refusal.ts';

interface Rule {
  readonly status?: number;
  readonly pattern?: RegExp;
  readonly code: ErrorCode;
  readonly message: (doing: string, reason: string) => string;
  readonly hint?: string;
}

const refusedTo = (doing: string, reason: string): string =>
  `The Docker engine refused to ${doing}: ${sentence(reason)}`;

/** Texts of Docker 20.10 to 28 and Podman 4; the first rule that fits is taken. */
const rules: readonly Rule[] = [
  {
    pattern: /no space left on device|disk quota exceeded/i,
    code: 'DJ-DISK-FULL',
    message: (doing, reason) =>
      `The Docker engine has no disk space left, so it could not ${doing}: ${sentence(reason)}`,
    hint: 'See what takes the space with `docker system df`, free some (for example with `docker builder prune`), and try again.',
  },
  {
    pattern: /port is already allocated|address already in use|ports are not available/i,
    code: 'DJ-PORT-TAKEN',
    message: (doing, reason) =>
      `A port is taken, so the Docker engine could not ${doing}: ${sentence(reason)}`,
    hint: 'Stop the program that uses the port, or choose another one.',
  },
  {
    pattern:
      /exec: ".*": .*(executable file not found|no such file or directory|permission denied|is a directory)|executable file .* not found/is,
    code: 'DJ-COMMAND-NOT-FOUND',
    message: (doing, reason) =>
      `The command cannot be executed in the image, so the Docker engine could not ${doing}: ${sentence(reason)}`,
    hint: 'Check that the image contains the program, that its path is right and that it is executable.',
  },
  {
    pattern: /could not find bridge docker0/i,
    code: 'DJ-ENGINE-REQUEST',
    message: refusedTo,
    hint: "The engine's default network is broken. Restart the Docker engine to have its docker0 bridge made again.",
  },
  {
    pattern: /non-overlapping IPv4 address pool|all predefined address pools/i,
    code: 'DJ-ENGINE-REQUEST',
    message: refusedTo,
    hint: 'The engine has no address range left for another network. Remove unused ones with `docker network prune`.',
  },
  {
    status: 404,
    pattern: /no such image|image not known|manifest unknown|pull access denied/i,
    code: 'DJ-IMAGE-NOT-FOUND',
    message: (doing, reason) =>
      `The image does not exist, so the Docker engine could not ${doing}: ${sentence(reason)}`,
    hint: 'Check the name and the tag, or build or pull the image first.',
  },
  {
    status: 404,
    pattern: /no such container|no such exec|no container with/i,
    code: 'DJ-CONTAINER-LOST',
    message: (doing, reason) =>
      `The container is gone, so the Docker engine could not ${doing}: ${sentence(reason)}`,
    hint: 'Something outside djdev removed the container. Run the command again.',
  },
  {
    status: 409,
    pattern: /is not running|is paused|container state improper|marked for removal|has stopped/i,
    code: 'DJ-CONTAINER-LOST',
    message: (doing, reason) =>
      `The container is not running any more, so the Docker engine could not ${doing}: ${sentence(reason)}`,
  },
  {
    status: 409,
    pattern: /already in use by container|already in use|already exists/i,
    code: 'DJ-ENGINE-REQUEST',
    message: refusedTo,
    hint: 'The name belongs to something else on this engine. Run `djdev down`, or remove the other one.',
  },
];

const lostCodes = new Set([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ETIMEDOUT',
  'HPE_INVALID_EOF_STATE',
]);

/**
 * What an engine's refusal or a broken connection means, as the error to throw. `task` completes
 * "could not …", for example `start container shop-web`. Anything else is returned as it came:
 * it is a bug and must not look like the engine's fault.
 */
export function translateEngineError(error: unknown, task: string): unknown {
  const doing = shortIds(task);
  if (error instanceof EngineRefusal) return translateRefusal(error, doing);
  if (error instanceof Error && 'code' in error && lostCodes.has(String(error.code))) {
    return new DjdevError('DJ-ENGINE-LOST', {
      message: `The connection to the Docker engine broke while djdev tried to ${doing}: ${sentence(error.message)}`,
      hint: 'Check that the Docker engine still runs, for example with `docker info`, and try again.',
      cause: error,
    });
  }
  return error;
}

function translateRefusal(refusal: EngineRefusal, doing: string): DjdevError {
  const reason = refusal.message;
  const rule = rules.find(
    ({ status, pattern }) =>
      (status === undefined || status === refusal.status) &&
      (pattern === undefined || pattern.test(reason)),
  );
  if (!rule) {
    return new DjdevError('DJ-ENGINE-REQUEST', {
      message: refusedTo(doing, reason),
      cause: refusal,
    });
  }
  const details: ErrorDetails = { message: rule.message(doing, reason), cause: refusal };
  return new DjdevError(rule.code, rule.hint ? { ...details, hint: rule.hint } : details);
}

/** Ends like a sentence, without the layers of runtimes that a message went through. */
function sentence(reason: string): string {
  const text = reason
    .trim()
    .replace(/^Error response from daemon: /i, '')
    .replace(/^.*(?=exec: ".*": )/s, '')
    .replace(/: unknown$/, '');
  return shortIds(/[.!?]$/.test(text) ? text : `${text}.`);
}

/** The twelve digits that Docker's own tools show. */
function shortIds(text: string): string {
  return text.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1');
}
