import { join } from 'node:path';
import {
  dockerConfigDirectory,
  listContexts,
  readContext,
  readCurrentContext,
  readTlsFiles,
} from './docker-contexts.ts';
import type { EndpointTls } from './engine.ts';

/** What decides where djdev looks for an engine. */
export interface EngineSearch {
  /** `--host` */
  readonly host?: string | undefined;
  /** `--context` */
  readonly context?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** User id, where the system has them. */
  readonly uid: number | undefined;
}

/** A place where an engine may listen. */
export interface EngineCandidate {
  /** `unix://…`, `tcp://…`, `ssh://…` */
  readonly address: string;
  /** Why djdev looks there: `--host`, `context colima`, `default socket`. */
  readonly origin: string;
  readonly contextName: string | undefined;
  readonly tls: EndpointTls | undefined;
}

export type SearchResult =
  | { readonly type: 'candidates'; readonly candidates: readonly EngineCandidate[] }
  | {
      readonly type: 'unknown-context';
      readonly name: string;
      readonly origin: string;
      readonly known: readonly string[];
    };

/**
 * Where to look, best first. Whatever was chosen by name is the only candidate: another engine
 * than the one that was asked for would be a surprise.
 */
export async function findCandidates(search: EngineSearch): Promise<SearchResult> {
  const { env, home } = search;
  const directory = dockerConfigDirectory(env, home);
  const byAddress = async (address: string, origin: string): Promise<SearchResult> => {
    const tls = env['DOCKER_TLS_VERIFY']
      ? await readTlsFiles(env['DOCKER_CERT_PATH'] || directory)
      : undefined;
    return { type: 'candidates', candidates: [{ address, origin, contextName: undefined, tls }] };
  };
  const byContext = async (name: string, origin: string): Promise<SearchResult> => {
    if (name === 'default') return { type: 'candidates', candidates: knownSockets(search) };
    const context = await readContext(directory, name);
    if (!context) {
      return { type: 'unknown-context', name, origin, known: await listContexts(directory) };
    }
    const { address, tls } = context;
    const candidate = { address, tls, origin: `context ${name}`, contextName: name };
    return { type: 'candidates', candidates: [candidate] };
  };

  if (search.host) return await byAddress(search.host, '--host');
  if (search.context) return await byContext(search.context, '--context');
  if (env['DOCKER_HOST']) return await byAddress(env['DOCKER_HOST'], 'DOCKER_HOST');
  if (env['DOCKER_CONTEXT']) return await byContext(env['DOCKER_CONTEXT'], 'DOCKER_CONTEXT');
  return await byContext(await readCurrentContext(directory), 'the current Docker context');
}

/** The sockets that the common engines listen on when nobody says otherwise. */
export function knownSockets(
  search: Pick<EngineSearch, 'env' | 'home' | 'uid'>,
): readonly EngineCandidate[] {
  const { env, home, uid } = search;
  const runtimes = [env['XDG_RUNTIME_DIR'], uid === undefined ? undefined : `/run/user/${uid}`];
  const inRuntimes = (path: string): readonly string[] =>
    runtimes.flatMap((directory) => (directory ? [join(directory, path)] : []));
  const places: readonly (readonly [origin: string, paths: readonly string[]])[] = [
    ['default socket', ['/var/run/docker.sock']],
    ['rootless Docker', inRuntimes('docker.sock')],
    ['Docker Desktop', ['.docker/run/docker.sock', '.docker/desktop/docker.sock']],
    ['Colima', ['.colima/default/docker.sock', '.config/colima/default/docker.sock']],
    ['OrbStack', ['.orbstack/run/docker.sock']],
    ['Rancher Desktop', ['.rd/docker.sock']],
    ['Podman', [...inRuntimes('podman/podman.sock'), '/run/podman/podman.sock']],
  ];
  const seen = new Set<string>();
  return places.flatMap(([origin, paths]) =>
    paths.flatMap((path) => {
      const address = `unix://${path.startsWith('/') ? path : join(home, path)}`;
      if (seen.has(address)) return [];
      seen.add(address);
      return [{ address, origin, contextName: undefined, tls: undefined }];
    }),
  );
}
