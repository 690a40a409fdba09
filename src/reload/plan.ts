import type { ImageFacts } from '../engine/engine.ts';
import type { ProcessDefinition } from '../project/project.ts';
import { detectServer, type DetectedServer, type ServerName } from './detect-server.ts';
import { findApplication, type LoadedApplication } from './find-application.ts';

/** How a process takes new code. */
type ReloadMethod =
  /** djdev's layers inside the server: see docs/reload.md. */
  | { readonly type: 'layers'; readonly otherwise: PlainReload }
  | PlainReload
  /** The server watches its own files. */
  | { readonly type: 'own' };

/** What needs nothing in the container. */
export type PlainReload =
  | { readonly type: 'signal'; readonly processSignal: string }
  /** PID 1 is killed and started again: refused connections in between. */
  | { readonly type: 'restart' };

/** Something a developer should know once. */
export interface ReloadNote {
  readonly code: string;
  readonly text: string;
}

/** What reloading one process takes; plain JSON. */
export interface ReloadPlan {
  readonly server: ServerName;
  readonly method: ReloadMethod;
  /** What to load before a server that keeps no old code is told to load it. */
  readonly application?: LoadedApplication;
  /** To be added to the container's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** To be added to the container's tmpfs mounts: target → options. */
  readonly tmpfs: Readonly<Record<string, string>>;
  readonly notes: readonly ReloadNote[];
}

/** Where the Python side lies in a container; see `seedReload`. */
export const reloadDirectory = '/run/djdev';

/**
 * How one process of the project takes new code, from its command line alone. Nothing of the
 * server's own configuration is replaced: the Python side is found through PYTHONPATH. Pure.
 */
export function planReload(
  process: Pick<ProcessDefinition, 'command'>,
  image: Pick<ImageFacts, 'entrypoint' | 'command' | 'environment'>,
): ReloadPlan {
  const command = process.command ?? image.command;
  const server = detectServer([...image.entrypoint, ...command]);
  const method = chooseMethod(server);
  const application = findApplication(server);
  return {
    server: server.name,
    method,
    ...(application === undefined ? {} : { application }),
    environment: pythonEnvironment(image.environment),
    tmpfs: { [`${reloadDirectory}/state`]: 'mode=1777,size=64m' },
    notes: describeLimits(server, method),
  };
}

const restart: PlainReload = { type: 'restart' };
const hangUp: PlainReload = { type: 'signal', processSignal: 'SIGHUP' };

function chooseMethod({ name, args }: DetectedServer): ReloadMethod {
  switch (name) {
    case 'gunicorn':
      return { type: 'layers', otherwise: isPreloading(args) ? restart : hangUp };
    case 'uvicorn':
    case 'hypercorn':
    case 'celery':
      return { type: 'layers', otherwise: restart };
    // What a script starts is known only once it runs.
    case 'script':
      return { type: 'layers', otherwise: restart };
    case 'uwsgi':
      return args.some((word) => /^--?(master|M)\b/.test(word)) ? hangUp : restart;
    case 'granian':
      return hangUp;
    case 'runserver':
      return args.includes('--noreload') ? restart : { type: 'own' };
    case 'celery-beat':
    case 'daphne':
    case 'unknown':
      return restart;
    default:
      return name satisfies never;
  }
}

function isPreloading(args: readonly string[]): boolean {
  return args.includes('--preload');
}

function pythonEnvironment(
  image: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const own = `${reloadDirectory}/python`;
  const { PYTHONPATH: existing, PYTHONBREAKPOINT: debugger_ } = image;
  return {
    PYTHONPATH: existing ? `${own}:${existing}` : own,
    // A project that chose a debugger keeps it.
    PYTHONBREAKPOINT: debugger_ ?? 'djdev_reload.debugger.stop',
  };
}

function describeLimits({ name, args }: DetectedServer, method: ReloadMethod): ReloadNote[] {
  if (method.type === 'restart') {
    return [
      {
        code: 'restart',
        text:
          name === 'unknown'
            ? 'djdev does not know this server: each edit of code restarts it.'
            : `Each edit of code restarts ${name}.`,
      },
    ];
  }
  if (method.type === 'own') {
    return [{ code: 'own', text: 'runserver reloads itself, a second or two after an edit.' }];
  }
  if (name === 'uvicorn' && hasSeveralWorkers(args)) {
    return [
      {
        code: 'workers',
        text: 'uvicorn with several workers is restarted at each edit: use one in development.',
      },
    ];
  }
  return [];
}

function hasSeveralWorkers(args: readonly string[]): boolean {
  const index = args.findIndex((word) => /^--workers(=|$)/.test(word));
  if (index === -1) return false;
  const value = args[index]?.split('=')[1] ?? args[index + 1];
  return Number(value) > 1;
}
