import http2 from 'node:http2';
import type { Duplex } from 'node:stream';
import { createMessageReader, frameMessage } from './grpc-framing.ts';

/** Status codes of gRPC that djdev answers with. */
export const grpcStatus = { ok: 0, unknown: 2, notFound: 5, unimplemented: 12 } as const;

/** Thrown by a method to answer with a status of its own. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export type Metadata = ReadonlyMap<string, readonly string[]>;

/** One call of a method by the engine. */
export interface GrpcCall {
  /** Values by header name; a header may come more than once. */
  readonly metadata: Metadata;
  /** The caller's messages; ends when the caller has no more, and can be iterated once. */
  readonly messages: AsyncIterable<Buffer>;
  /** Resolves when the connection can take more. Throws when the call is gone. */
  send(message: Buffer): Promise<void>;
}

/** Answers one call; returning ends it with status OK. */
export type GrpcMethod = (call: GrpcCall) => Promise<void>;

/** A method with one message each way. */
export function unary(answer: (request: Buffer) => Promise<Buffer> | Buffer): GrpcMethod {
  return async (call) => {
    for await (const request of call.messages) {
      await call.send(await answer(request));
      return;
    }
  };
}

/**
 * Serves gRPC methods, by their full path, over a socket on which the peer is the client. That is
 * HTTP/2 with five bytes before each message and the status in the trailers, so `node:http2` is
 * all it needs.
 */
export function serveGrpc(
  socket: Duplex,
  methods: Readonly<Record<string, GrpcMethod>>,
): Disposable {
  const session = http2.performServerHandshake(socket, {
    // Every pattern of a .dockerignore is a header of its own; Node's limit is 128.
    maxHeaderListPairs: 1_000_000,
    settings: { maxHeaderListSize: 2 ** 24 },
  });
  // The engine closes the connection when the build ends; a call in flight then fails by itself.
  session.on('error', () => session.destroy());
  session.on('stream', (stream, headers, _flags, rawHeaders) => {
    void answerStream(stream, readMetadata(rawHeaders), methods[headers[':path'] ?? '']);
  });
  return {
    [Symbol.dispose]() {
      session.destroy();
      socket.destroy();
    },
  };
}

async function answerStream(
  stream: http2.ServerHttp2Stream,
  metadata: Metadata,
  method: GrpcMethod | undefined,
): Promise<void> {
  const end: { status: number; message: string } = { status: grpcStatus.ok, message: '' };
  stream.on('error', () => stream.destroy());
  stream.on('wantTrailers', () => {
    stream.sendTrailers({
      'grpc-status': String(end.status),
      'grpc-message': encodeURIComponent(end.message),
    });
  });
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  try {
    if (!method) throw new GrpcError(grpcStatus.unimplemented, 'djdev does not serve this method');
    await method(createCall(stream, metadata));
  } catch (error) {
    end.status = error instanceof GrpcError ? error.status : grpcStatus.unknown;
    end.message = error instanceof Error ? error.message : String(error);
  }
  if (!stream.destroyed) stream.end();
}

function createCall(stream: http2.ServerHttp2Stream, metadata: Metadata): GrpcCall {
  let drained: Promise<void> | undefined;
  return {
    metadata,
    messages: readMessages(stream),
    async send(message) {
      await drained;
      if (stream.destroyed || stream.closed) throw new Error('The engine has ended the call.');
      if (stream.write(frameMessage(message))) return;
      drained ??= untilDrained(stream).finally(() => (drained = undefined));
      await drained;
    },
  };
}

function untilDrained(stream: http2.ServerHttp2Stream): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      stream.off('drain', settle).off('close', settle);
      resolve();
    };
    stream.on('drain', settle).on('close', settle);
  });
}

async function* readMessages(stream: http2.ServerHttp2Stream): AsyncGenerator<Buffer> {
  const read = createMessageReader();
  // A method may answer before the caller has ended its side: the stream must stay open for that.
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    yield* read(chunk as Buffer);
  }
}

/** From the raw list: Node joins repeated headers with `, `, which a path may hold itself. */
function readMetadata(rawHeaders: readonly string[]): Metadata {
  const metadata = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const values = metadata.get(name) ?? [];
    values.push(rawHeaders[index + 1] ?? '');
    metadata.set(name, values);
  }
  return metadata;
}
