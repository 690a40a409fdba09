import { findManagePath } from '../../django/manage-command.ts';
import type { Engine } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { Project } from '../../project/project.ts';
import type { AskedPostgres, SmokeTarget, Unavailable } from '../../rehearse/smoke/smoke-target.ts';
import { webProcess } from '../../stack/describe-process.ts';
import { findStackContainers, type StackContainer } from '../../stack/find-stack.ts';
import type { Stack } from '../../stack/open-stack.ts';
import { notRunning } from '../stack/pick-containers.ts';

const onlyUrl = { reason: 'only a URL is known' };

/** A deployment that is only known by its URL. Throws `DJ-USAGE` for what is no such URL. */
export function targetOfUrl(text: string): SmokeTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new DjdevError('DJ-USAGE', {
      message: `“${text}” is no URL of a deployment.`,
      hint: 'Write --url https://www.example.com.',
    });
  }
  if (url.pathname !== '/' || url.search !== '' || url.username !== '') {
    throw new DjdevError('DJ-USAGE', {
      message: `“${text}” has more than a host: the paths are those of rehearse.smoke.`,
      hint: `Write --url ${url.origin}.`,
    });
  }
  const isSecure = url.protocol === 'https:';
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  return {
    address: { host: url.hostname.replace(/^\[|\]$/g, ''), port, ...(isSecure && { tls: true }) },
    host: url.host,
    origin: url.origin,
    headers: { host: url.host, 'user-agent': 'djdev' },
    inside: onlyUrl,
    postgres: onlyUrl,
  };
}

/** The web process of `djdev up`. Throws `DJ-STACK-DOWN` when it does not run. */
export async function targetOfStack(
  project: Project,
  engine: Engine,
  { stack, signal }: { readonly stack: Stack; readonly signal: AbortSignal },
): Promise<SmokeTarget> {
  const containers = await findStackContainers(engine, project.id, signal);
  const web = containers.get(webProcess);
  const [port] = Object.values(web?.publishedPorts ?? {});
  if (web?.running !== true || port === undefined) throw notRunning(webProcess);
  const name = web.host === '127.0.0.1' ? 'localhost' : web.host;
  const host = `${name}:${port}`;
  const manage = findManagePath(project.rehearse.release);
  return {
    address: { host: web.host, port },
    host,
    origin: `http://${host}`,
    headers: { host, 'user-agent': 'djdev' },
    logSince: followLog(engine, web.id, signal),
    inside: { engine, containerId: web.id, manage },
    postgres: await findPostgres(engine, { stack, web, containers, signal }),
  };
}

async function findPostgres(
  engine: Engine,
  {
    stack,
    web,
    containers,
    signal,
  }: {
    readonly stack: Stack;
    readonly web: StackContainer;
    readonly containers: ReadonlyMap<string, StackContainer>;
    readonly signal: AbortSignal;
  },
): Promise<AskedPostgres | Unavailable> {
  const { postgres } = stack;
  const container = postgres && containers.get(postgres.service);
  const port = postgres && container?.publishedPorts[postgres.port];
  if (postgres === undefined || container === undefined || port === undefined) {
    return { reason: 'no Postgres of the project runs' };
  }
  const client = await readAddress(engine, web.id, signal);
  // Workers of the project ask the same database.
  if (client === undefined) return { reason: 'the address of the web container is not known' };
  const { user, password, database } = postgres;
  const address = { host: container.host, port, user, password, database };
  return { engine, containerId: container.id, address, counted: { client } };
}

const readOwnAddress = 'import socket; print(socket.gethostbyname(socket.gethostname()))';

async function readAddress(
  engine: Engine,
  containerId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const interpreter of ['python', 'python3']) {
    const command = [interpreter, '-c', readOwnAddress];
    const result = await engine.execToEnd(containerId, { command }, signal).catch(() => undefined);
    signal.throwIfAborted();
    if (result?.exitCode === 0) return result.stdout.trim();
  }
  return undefined;
}

const keptLines = 500;

/** What the container writes from now on, as far as it has come through the engine. */
function followLog(
  engine: Engine,
  containerId: string,
  signal: AbortSignal,
): (monotonicMs: number) => readonly string[] {
  const lines: { readonly atMs: number; readonly text: string }[] = [];
  const follow = async (): Promise<void> => {
    for await (const { text } of engine.logs(containerId, { follow: true, tail: 0 }, signal)) {
      lines.push({ atMs: performance.now(), text });
      if (lines.length > keptLines) lines.shift();
    }
  };
  // A log that breaks off takes nothing from what was answered.
  void follow().catch(() => undefined);
  return (monotonicMs) => lines.filter(({ atMs }) => atMs >= monotonicMs).map(({ text }) => text);
}
