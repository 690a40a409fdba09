import { DjdevError } from '../errors/djdev-error.ts';
import { askEngine } from './engine-call.ts';
import type { EngineCandidate } from './engine-candidates.ts';
import type { EngineHttp } from './engine-http.ts';
import type { EngineInfo } from './engine.ts';

/** The newest API that djdev was tested with; a newer engine speaks this one with us. */
const newestTestedApi = '1.51';
/** Engine 19.03, the first with BuildKit sessions that djdev's builder understands. */
const oldestApi = '1.40';

/** The version every request is pinned to. Throws DJ-ENGINE-TOO-OLD. */
export function negotiateVersion(
  engineApi: string,
  candidate: Pick<EngineCandidate, 'address' | 'origin'>,
): string {
  if (compareVersions(engineApi, oldestApi) < 0) {
    throw new DjdevError('DJ-ENGINE-TOO-OLD', {
      message: `The Docker engine at ${candidate.address} (${candidate.origin}) speaks API ${engineApi}; djdev needs ${oldestApi} or newer, which came with Docker 19.03.`,
      hint: 'Update the Docker engine, or name another one with --host or --context.',
    });
  }
  return compareVersions(engineApi, newestTestedApi) < 0 ? engineApi : newestTestedApi;
}

/** Negative when `a` is the older of two versions like `1.41`. */
function compareVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}

/** What the engine is, from the answers to a ping and to `/version`. */
export async function readEngineInfo(
  http: EngineHttp,
  candidate: EngineCandidate,
  ping: { readonly apiVersion: string; readonly kind: EngineInfo['kind'] },
  signal: AbortSignal,
): Promise<EngineInfo> {
  const call = { method: 'GET', path: '/version', doing: 'tell its version' } as const;
  const version = await askEngine<{
    readonly Version: string;
    readonly Os: string;
    readonly Arch: string;
  }>(http, call, signal);
  return {
    endpoint: `${candidate.address} (${candidate.origin})`,
    contextName: candidate.contextName,
    kind: ping.kind,
    version: version.Version,
    apiVersion: negotiateVersion(ping.apiVersion, candidate),
    os: version.Os,
    architecture: version.Arch,
  };
}
