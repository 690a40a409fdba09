import {
  Agent,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../context/clock.ts';
import { type HttpAddress, type HttpResponse, sendRequest } from '../http/send-request.ts';

export type ReleaseName = 'old' | 'new';

/** Headers of an answer that only the proxy sets: which release it went to, and why none came. */
export const proxyAnswer = { release: 'x-djdev-release', failure: 'x-djdev-failure' } as const;

/** Of one connection: they are not the next one's. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'upgrade',
  'te',
  'trailer',
]);

interface Upstream {
  readonly name: ReleaseName;
  readonly address: HttpAddress;
  readonly agent: Agent;
  /** Requests that it has not answered yet. */
  underWay: number;
}

/**
 * The reverse proxy of a played deployment: listens on the loopback of this machine, keeps
 * connections to a release open, and leads new requests to one release at a time. What a release
 * does not answer is a 502 of the proxy's own.
 */
export class RollingProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #signal: AbortSignal;
  readonly #upstreams: Upstream[] = [];

  private constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Leads to `address` as the old release. */
  static async open(address: HttpAddress, signal: AbortSignal): Promise<RollingProxy> {
    const proxy = new RollingProxy(signal);
    proxy.switchTo('old', address);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    proxy.#server.once('error', reject);
    proxy.#server.listen(0, '127.0.0.1', resolve);
    await promise;
    return proxy;
  }

  get address(): HttpAddress {
    const { port } = this.#server.address() as AddressInfo;
    return { host: '127.0.0.1', port };
  }

  /** Leads all requests that come from now on to `address`. */
  switchTo(name: ReleaseName, address: HttpAddress): void {
    const agent = new Agent({ keepAlive: true });
    this.#upstreams.push({ name, address, agent, underWay: 0 });
  }

  /** How many requests a release has not answered yet. */
  underWay(name: ReleaseName): number {
    return this.#upstreams
      .filter((upstream) => upstream.name === name)
      .reduce((sum, { underWay }) => sum + underWay, 0);
  }

  /** Resolves with whether a release has answered everything, after `patienceMs` at the latest. */
  async drained(name: ReleaseName, patienceMs: number, clock: Clock): Promise<boolean> {
    const startedMs = clock.monotonicMs();
    while (this.underWay(name) > 0) {
      if (clock.monotonicMs() - startedMs > patienceMs) return false;
      await clock.sleep(5, this.#signal);
    }
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    for (const { agent } of this.#upstreams) agent.destroy();
    await promise;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const upstream = this.#upstreams.at(-1);
    if (upstream === undefined) return;
    const gone = new AbortController();
    response.once('close', () => gone.abort(new Error('The visitor has gone.')));
    upstream.underWay += 1;
    try {
      const answer = await forward(request, upstream, AbortSignal.any([this.#signal, gone.signal]));
      for (const [name, value] of listHeaders(answer)) response.setHeader(name, value);
      response.setHeader(proxyAnswer.release, upstream.name);
      response.writeHead(answer.status).end(answer.body);
    } catch (failure) {
      const code = failure instanceof Error && 'code' in failure ? String(failure.code) : 'error';
      response.setHeader(proxyAnswer.release, upstream.name);
      response.setHeader(proxyAnswer.failure, code.replace(/[^\w-]/gu, ''));
      response.writeHead(502).end();
    } finally {
      upstream.underWay -= 1;
    }
  }
}

async function forward(
  request: IncomingMessage,
  { address, agent }: Upstream,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const headers = Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      value === undefined || hopByHop.has(name)
        ? []
        : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
  const { method = 'GET', url: path = '/' } = request;
  const body = chunks.length === 0 ? {} : { body: Buffer.concat(chunks).toString('utf8') };
  return await sendRequest(address, { method, path, headers, ...body }, signal, agent);
}

/** The body has come decoded, so its encoding and length are no longer what they were. */
function listHeaders({
  headers,
  cookies,
}: HttpResponse): readonly (readonly [string, string | readonly string[]])[] {
  const dropped = new Set([...hopByHop, 'content-encoding', 'set-cookie']);
  return [
    ...Object.entries(headers).filter(([name]) => !dropped.has(name)),
    ...(cookies.length === 0 ? [] : [['set-cookie', cookies] as const]),
  ];
}
