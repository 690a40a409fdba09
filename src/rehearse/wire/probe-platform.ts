import type { DeployTarget } from '../../project/deploy-target.ts';
import type { ProbeAnswer } from '../checks/platform-probe.ts';
import type { Ask } from './ask.ts';

const mostRedirects = 5;

/** Names under which a platform reaches the container. */
export interface ProbedContainer {
  /** Id on the engine. */
  readonly id: string;
  readonly port: number;
  /** The public name of the site. */
  readonly host: string;
  readonly healthPath: string;
}

/** An address as containers have them: never a name of ALLOWED_HOSTS. */
const containerAddress = '10.42.0.17';

/**
 * Asks as the platform does and follows what it follows. A redirect to https on the container
 * itself cannot be followed by anybody: its port speaks http.
 */
export async function probePlatform(
  ask: Ask,
  { probe }: DeployTarget,
  container: ProbedContainer,
): Promise<ProbeAnswer> {
  const host = hostOf(probe.host, container);
  let path = probe.path ?? container.healthPath;
  const first = path;
  for (let hop = 0; ; hop += 1) {
    const headers = { ...probe.headers, host, 'user-agent': probe.userAgent };
    const { response } = await ask({ path, headers, direct: true });
    const location = response?.headers['location'];
    const status = response?.status;
    const next = location === undefined ? undefined : new URL(location, `http://${host}${path}`);
    const isElsewhere = next !== undefined && next.hostname !== new URL(`http://${host}`).hostname;
    const answer = { path: first, host, status };
    if (next === undefined || status === undefined || status < 300 || status >= 400) {
      return { ...answer, location: undefined };
    }
    if (probe.redirects === 'kept' || hop === mostRedirects) {
      // Where 3xx is healthy nobody looks where it leads.
      return { ...answer, location: probe.healthy === '2xx' ? location : undefined };
    }
    if (isElsewhere && probe.redirects === 'followed-on-host')
      return { ...answer, location: undefined };
    if (isElsewhere || next.protocol === 'https:') return { ...answer, location };
    path = next.pathname + next.search;
  }
}

function hostOf(
  host: DeployTarget['probe']['host'],
  { id, port, host: publicHost }: ProbedContainer,
): string {
  if (typeof host === 'object') return host.named;
  if (host === 'public') return publicHost;
  return host === 'name' ? `${id.slice(0, 12)}:${port}` : `${containerAddress}:${port}`;
}
