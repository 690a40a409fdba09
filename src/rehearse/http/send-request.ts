import type { Agent, IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

/** Where the booted application can be reached from here. */
export interface HttpAddress {
  readonly host: string;
  readonly port: number;
  /** Spoken to by TLS; its name is what the Host header says. */
  readonly tls?: true;
}

export interface HttpRequest {
  readonly method: string;
  /** Path and query, beginning with `/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names; several values are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  /** With the content encoding undone; of longer bodies the first `bodyLimitBytes`. */
  readonly body: Buffer;
  readonly ms: number;
}

const bodyLimitBytes = 8 * 1024 * 1024;

/**
 * Sends one request over a connection of its own, or one that `agent` keeps, and follows no
 * redirect. Rejects with the connection's error (`ECONNREFUSED`, `ECONNRESET`, …), or the signal's
 * reason when it aborts.
 *
 * `node:http` and not `fetch`, which hides the content encoding and refuses to send a Host header.
 */
export async function sendRequest(
  address: HttpAddress,
  request: HttpRequest,
  signal: AbortSignal,
  agent?: Agent,
): Promise<HttpResponse> {
  signal.throwIfAborted();
  const started = performance.now();
  const message = await openExchange(address, request, signal, agent);
  const received = await readBody(message, signal);
  return {
    status: message.statusCode ?? 0,
    headers: joinHeaders(message),
    cookies: message.headers['set-cookie'] ?? [],
    body: decode(received, message.headers['content-encoding']),
    ms: performance.now() - started,
  };
}

async function openExchange(
  address: HttpAddress,
  wanted: HttpRequest,
  signal: AbortSignal,
  agent: Agent | undefined,
): Promise<IncomingMessage> {
  const { method, path, headers, body } = wanted;
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { tls, ...place } = address;
  // An import would load all that these export, with it the whole of undici.
  const transport = process.getBuiltinModule(tls === true ? 'node:https' : 'node:http');
  const request = transport.request({
    ...place,
    method,
    path,
    headers: { 'accept-encoding': 'gzip, deflate, br', ...headers, ...length },
    agent: agent ?? false,
    signal,
  });
  request.once('response', resolve);
  request.once('error', (error: NodeJS.ErrnoException) => {
    // A connection that the server closed while it was idle: nobody has seen this request.
    if (request.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted) {
      resolve(openExchange(address, wanted, signal, undefined));
    } else reject(signal.aborted ? (signal.reason as Error) : error);
  });
  request.end(body);
  return await promise;
}

async function readBody(message: IncomingMessage, signal: AbortSignal): Promise<Buffer> {
  if (isEndless(message)) {
    message.destroy();
    return Buffer.alloc(0);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > bodyLimitBytes) break;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
  return Buffer.concat(chunks);
}

/** A stream of events has no end to wait for: its headers are all that there is to see. */
function isEndless({ headers }: IncomingMessage): boolean {
  return /^(text\/event-stream|multipart\/x-mixed-replace)/.test(headers['content-type'] ?? '');
}

function joinHeaders(message: IncomingMessage): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) joined[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return joined;
}

/** A body that is not what its header says stays as it came: the checks then say so. */
function decode(body: Buffer, encoding: string | undefined): Buffer {
  try {
    if (encoding === 'gzip') return gunzipSync(body);
    if (encoding === 'br') return brotliDecompressSync(body);
    if (encoding === 'deflate') return inflateSync(body);
  } catch {
    return body;
  }
  return body;
}
