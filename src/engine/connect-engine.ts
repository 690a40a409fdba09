import { DjdevError } from '../errors/djdev-error.ts';
import { createEngine } from './create-engine.ts';
import { cliEnvironment } from './cli-environment.ts';
import { type EngineCandidate, findCandidates } from './engine-candidates.ts';
import { createEngineHttp, type EngineHttp } from './engine-http.ts';
import { readText } from './engine-refusal.ts';
import type { Endpoint, Engine } from './engine.ts';
import { type Refusal, unknownContext, unreachable } from './engine-unreachable.ts';
import { negotiateVersion, readEngineInfo } from './engine-version.ts';
import { createLastWill, type SweepTarget } from './last-will.ts';
import { readOwner } from './owner.ts';
import { isLocalEndpoint, parseAddress } from './parse-address.ts';
import { createTcpForwards } from './port-forwards.ts';
import { openSshForward, type SshForward } from './ssh-forward.ts';

export interface ConnectOptions {
  /** `--host` */
  readonly host?: string;
  /** `--context` */
  readonly context?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home directory. */
  readonly home?: string;
}

/** How long an engine may take to answer its ping. */
const pingTimeoutMs = 10_000;

/**
 * Finds and connects to the engine: `--host`, `--context`, `DOCKER_HOST`, `DOCKER_CONTEXT`, the
 * current context, then the sockets of the common engines. Throws DJ-ENGINE-UNREACHABLE with the
 * reason of every attempt, and DJ-ENGINE-TOO-OLD.
 */
export async function connectEngine(options: ConnectOptions, signal: AbortSignal): Promise<Engine> {
  const { env, home = env['HOME'] ?? '/' } = options;
  const found = await findCandidates({ ...options, home, uid: process.getuid?.() });
  if (found.type === 'unknown-context') throw unknownContext(found);

  const refusals: Refusal[] = [];
  for (const candidate of found.candidates) {
    try {
      return await connectCandidate(candidate, { env, home }, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DjdevError) throw error;
      refusals.push({ candidate, error });
    }
  }
  throw unreachable(refusals);
}

interface Reached {
  readonly endpoint: Endpoint;
  readonly close: () => Promise<void>;
  readonly forwardPort: SshForward['forwardPort'] | undefined;
}

async function connectCandidate(
  candidate: EngineCandidate,
  surroundings: Pick<SweepTarget, 'env' | 'home'>,
  signal: AbortSignal,
): Promise<Engine> {
  const { endpoint, close, forwardPort } = await reach(candidate, signal);
  const opened: EngineHttp[] = [];
  const open = (apiVersion?: string): EngineHttp => {
    const http = createEngineHttp(endpoint, apiVersion);
    opened.push(http);
    return http;
  };
  const closeAll = async (): Promise<void> => {
    for (const http of opened) http.close();
    await close();
  };
  try {
    const ping = await pingEngine(open(), signal);
    const http = open(negotiateVersion(ping.apiVersion, candidate));
    const [info, owner] = await Promise.all([
      readEngineInfo(http, candidate, ping, signal),
      readOwner(),
    ]);
    const connection = { endpoint, http, cliEnvironment: cliEnvironment(endpoint, candidate) };
    const { address, contextName } = candidate;
    const where = contextName === undefined ? { host: address } : { context: contextName };
    const lastWill = createLastWill({ ...surroundings, ...where }, owner);
    return createEngine({ info, owner, lastWill, forwardPort, connection, close: closeAll });
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function reach(candidate: EngineCandidate, signal: AbortSignal): Promise<Reached> {
  const parsed = parseAddress(candidate.address, candidate.tls);
  if (parsed.type === 'unusable') throw new Error(parsed.reason);
  if (parsed.type === 'endpoint') return reachDirectly(parsed.endpoint, candidate.address);
  const forward = await openSshForward(parsed.target, signal);
  const endpoint: Endpoint = { type: 'socket', path: forward.socketPath };
  return {
    endpoint,
    close: async () => await forward[Symbol.asyncDispose](),
    forwardPort: forward.forwardPort,
  };
}

/** A machine that is reached by its own address keeps its published ports to itself as well. */
function reachDirectly(endpoint: Endpoint, address: string): Reached {
  if (endpoint.type === 'socket' || isLocalEndpoint(endpoint)) {
    return { endpoint, close: async () => {}, forwardPort: undefined };
  }
  const forwards = createTcpForwards(address, endpoint.host);
  const close = async (): Promise<void> => await forwards[Symbol.asyncDispose]();
  return { endpoint, close, forwardPort: forwards.forwardPort };
}

interface Ping {
  readonly apiVersion: string;
  readonly kind: 'docker' | 'podman';
}

/** Needs no version, and tells the newest one the engine speaks. */
async function pingEngine(http: EngineHttp, signal: AbortSignal): Promise<Ping> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(pingTimeoutMs)]);
  const reply = await http.request('GET', '/_ping', {}, limited);
  const text = (await readText(reply.body)).trim();
  const apiVersion = reply.headers['api-version'];
  if (reply.status !== 200 || typeof apiVersion !== 'string') {
    throw new Error(
      `something answers there, but not as a Docker engine (${reply.status} ${text})`,
    );
  }
  const kind = 'libpod-api-version' in reply.headers ? 'podman' : 'docker';
  return { apiVersion, kind };
}
