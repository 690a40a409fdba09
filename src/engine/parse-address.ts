import type { Endpoint, EndpointTls } from './engine.ts';

/** Where an address leads: an endpoint, an ssh host to forward from, or nowhere and why. */
export type ParsedAddress =
  | { readonly type: 'endpoint'; readonly endpoint: Endpoint }
  | { readonly type: 'ssh'; readonly target: SshTarget }
  | { readonly type: 'unusable'; readonly reason: string };

export interface SshTarget {
  /** `user@host` or `host`, also a name from the ssh configuration. */
  readonly destination: string;
  readonly port: number | undefined;
  /** The engine's socket on that machine. */
  readonly socketPath: string;
}

const plainPort = 2375;
const tlsPort = 2376;

/** Reads `unix://`, `tcp://`, `http(s)://` and `ssh://` addresses as the Docker CLI writes them. */
export function parseAddress(address: string, tls: EndpointTls | undefined): ParsedAddress {
  if (address.startsWith('unix://')) {
    const path = address.slice('unix://'.length);
    if (path === '') return { type: 'unusable', reason: 'it names no socket' };
    return { type: 'endpoint', endpoint: { type: 'socket', path } };
  }
  if (address.startsWith('npipe://')) {
    return { type: 'unusable', reason: 'djdev does not support Windows named pipes yet' };
  }
  const url = URL.parse(address);
  if (!url || url.hostname === '') return { type: 'unusable', reason: 'it is not an address' };
  if (url.protocol === 'ssh:') return { type: 'ssh', target: sshTarget(url) };
  if (!['tcp:', 'http:', 'https:'].includes(url.protocol)) {
    const reason = `djdev knows unix://, tcp:// and ssh:// addresses, not ${url.protocol}//`;
    return { type: 'unusable', reason };
  }
  const secure = tls ?? (url.protocol === 'https:' ? {} : undefined);
  return {
    type: 'endpoint',
    endpoint: { type: 'tcp', ...hostAndPort(address, secure ? tlsPort : plainPort), tls: secure },
  };
}

/** Whether ports that the engine publishes on its loopback are ports of this machine. */
export function isLocalEndpoint(endpoint: Endpoint): boolean {
  return endpoint.type === 'socket' || ['localhost', '127.0.0.1', '::1'].includes(endpoint.host);
}

/** Read as `tcp:`, because the URL parser drops port 80 of `http:`. */
function hostAndPort(
  address: string,
  fallbackPort: number,
): { readonly host: string; readonly port: number } {
  const url = new URL(address.replace(/^https?:/, 'tcp:'));
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port: url.port === '' ? fallbackPort : Number(url.port) };
}

function sshTarget(url: URL): SshTarget {
  const user = url.username === '' ? '' : `${decodeURIComponent(url.username)}@`;
  return {
    destination: `${user}${url.hostname}`,
    port: url.port === '' ? undefined : Number(url.port),
    socketPath: url.pathname.length > 1 ? url.pathname : '/var/run/docker.sock',
  };
}
