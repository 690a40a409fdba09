import type {
  Agent,
  ClientRequest,
  IncomingHttpHeaders,
  IncomingMessage,
  OutgoingHttpHeaders,
  RequestOptions,
} from 'node:http';
import type { AgentOptions } from 'node:https';
import type { Duplex, Readable } from 'node:stream';
import type { Endpoint } from './engine.ts';
import { EngineRefusal, readEngineMessage } from './engine-refusal.ts';

// An import loads all that node:http exports, with it the whole of undici: half of the time in
// which a command is there.
const http = process.getBuiltinModule('node:http');

export type EngineMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';

/** What goes with a request to the engine. */
export interface EngineRequestOptions {
  /** Added to the path; `undefined` values are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** A list is sent as repeated headers. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** A stream is sent as it comes (chunked); a failure of the stream fails the request. */
  readonly body?: Readable | Buffer | string;
}

/** The engine's answer as it came, whatever its status. The body must be read or destroyed. */
export interface EngineReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

/**
 * HTTP with one engine over kept-alive connections. Every call rejects with the signal's reason
 * when it aborts, also while the reply's body is being read (the body then fails with it).
 * Network failures reject with Node's own error: `translateEngineError` makes sentences of them.
 */
export interface EngineHttp {
  readonly endpoint: Endpoint;
  /** `path` without the version prefix, for example `/containers/json`. */
  request(
    method: EngineMethod,
    path: string,
    options: EngineRequestOptions,
    signal: AbortSignal,
  ): Promise<EngineReply>;
  /**
   * Asks for the connection itself (`tcp` for attach and exec, `h2c` for build sessions) and gives
   * the raw socket; bytes that came with the answer are put back in front. `end()` half-closes.
   * The signal destroys the socket too. Throws `EngineRefusal` when the engine does not upgrade.
   */
  upgrade(
    method: EngineMethod,
    path: string,
    options: EngineRequestOptions & { readonly protocol: 'tcp' | 'h2c' },
    signal: AbortSignal,
  ): Promise<Duplex>;
  /** Ends every connection, also those in use. */
  close(): void;
}

/** Without `apiVersion` paths are sent as they are, which only `/_ping` should use. */
export function createEngineHttp(endpoint: Endpoint, apiVersion?: string): EngineHttp {
  const target = requestTarget(endpoint);
  const prefix = apiVersion === undefined ? '' : `/v${apiVersion}`;
  const agent = new target.transport.Agent({ ...target.options, keepAlive: true });
  const sockets = new Set<Duplex>();

  async function send(call: Call): Promise<Answer> {
    call.signal.throwIfAborted();
    try {
      return await sendOnce(target, agent, call);
    } catch (error) {
      // The engine may close an idle connection in the moment we reuse it; asking again is safe
      // only for questions.
      if (!(error instanceof StaleConnection)) throw error;
      if (call.method === 'GET' || call.method === 'HEAD')
        return await sendOnce(target, agent, call);
      throw error.cause;
    }
  }

  return {
    endpoint,
    async request(method, path, options, signal) {
      const answer = await send({ method, path: prefix + path, options, signal });
      if (answer.type === 'upgraded') throw new Error(`The engine upgraded ${path} unasked.`);
      const { response } = answer;
      return { status: response.statusCode ?? 0, headers: response.headers, body: response };
    },
    async upgrade(method, path, options, signal) {
      const headers = { ...options.headers, Connection: 'Upgrade', Upgrade: options.protocol };
      const call = { method, path: prefix + path, options: { ...options, headers }, signal };
      const answer = await send(call);
      if (answer.type === 'response') {
        const { response } = answer;
        throw new EngineRefusal(response.statusCode ?? 0, await readEngineMessage(response));
      }
      sockets.add(answer.socket);
      answer.socket.once('close', () => sockets.delete(answer.socket));
      return answer.socket;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      agent.destroy();
    },
  };
}

interface Call {
  readonly method: EngineMethod;
  readonly path: string;
  readonly options: EngineRequestOptions;
  readonly signal: AbortSignal;
}

type Answer =
  | { readonly type: 'response'; readonly response: IncomingMessage }
  | { readonly type: 'upgraded'; readonly socket: Duplex };

/** A kept-alive connection turned out to be dead before any answer came. */
class StaleConnection extends Error {}

interface Target {
  readonly transport: Pick<typeof http, 'Agent' | 'request'>;
  readonly options: RequestOptions & AgentOptions;
}

function requestTarget(endpoint: Endpoint): Target {
  if (endpoint.type === 'socket') {
    return { transport: http, options: { socketPath: endpoint.path, host: 'docker' } };
  }
  const { host, port, tls } = endpoint;
  if (!tls) return { transport: http, options: { host, port } };
  const { verify = true, ...certificates } = tls;
  return {
    transport: process.getBuiltinModule('node:https'),
    options: { host, port, ...certificates, rejectUnauthorized: verify },
  };
}

function sendOnce(target: Target, agent: Agent, call: Call): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const { signal } = call;
  const { body, headers, query } = call.options;
  const request = target.transport.request({
    ...target.options,
    agent,
    method: call.method,
    path: call.path + queryString(query),
    headers: { ...outgoingHeaders(headers), ...bodyHeaders(body) },
  });
  // Small JSON requests must not wait for the acknowledgement of the one before.
  request.setNoDelay(true);

  let answered: Readable | Duplex | undefined;
  const abort = (): void => {
    answered?.destroy(asError(signal.reason));
    request.destroy(asError(signal.reason));
    reject(signal.reason);
  };
  const follow = (stream: Readable | Duplex): void => {
    answered = stream;
    stream.once('close', () => signal.removeEventListener('abort', abort));
  };
  signal.addEventListener('abort', abort, { once: true });

  request.once('response', (response) => {
    follow(response);
    resolve({ type: 'response', response });
  });
  request.once('upgrade', (_response, socket, head) => {
    if (head.length > 0) socket.unshift(head);
    follow(socket);
    resolve({ type: 'upgraded', socket });
  });
  // Errors after the answer belong to its body; this listener also keeps them from being uncaught.
  request.on('error', (error: NodeJS.ErrnoException) => {
    if (!answered) signal.removeEventListener('abort', abort);
    const stale = request.reusedSocket && error.code === 'ECONNRESET';
    reject(stale ? new StaleConnection('stale', { cause: error }) : error);
  });
  sendBody(request, body);
  return promise;
}

function sendBody(request: ClientRequest, body: EngineRequestOptions['body']): void {
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) {
    request.end(body);
    return;
  }
  body.once('error', (error) => request.destroy(error));
  request.once('close', () => body.destroy());
  body.pipe(request);
}

function outgoingHeaders(headers: EngineRequestOptions['headers'] = {}): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : [...value],
    ]),
  );
}

function bodyHeaders(body: EngineRequestOptions['body']): Readonly<Record<string, string>> {
  if (body === undefined) return {};
  if (typeof body === 'string' || Buffer.isBuffer(body)) {
    return { 'Content-Length': String(Buffer.byteLength(body)) };
  }
  return { 'Transfer-Encoding': 'chunked' };
}

function queryString(query: EngineRequestOptions['query']): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('Aborted.', { cause: reason });
}
