import { createHash, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { EngineHttp } from '../../engine-http.ts';
import { serveGrpc } from './grpc-server.ts';
import { createSessionMethods, type SessionAnswers } from './session-methods.ts';

/** A connection over which the engine asks this process for files, secrets and credentials. */
export interface BuildSession extends Disposable {
  readonly id: string;
}

/**
 * Opens a build session. `context` is the absolute path of the build context: the engine keeps what
 * it was sent of it, and the next session of the same context sends only what differs.
 * Throws `EngineRefusal` when the engine has no sessions.
 */
export async function openSession(
  http: EngineHttp,
  context: string,
  answers: SessionAnswers,
  signal: AbortSignal,
): Promise<BuildSession> {
  const id = randomUUID();
  const methods = createSessionMethods(answers);
  const socket = await http.upgrade(
    'POST',
    '/session',
    {
      protocol: 'h2c',
      headers: {
        'X-Docker-Expose-Session-Uuid': id,
        'X-Docker-Expose-Session-Name': 'djdev',
        'X-Docker-Expose-Session-Sharedkey': sharedKey(context),
        'X-Docker-Expose-Session-Grpc-Method': Object.keys(methods),
      },
    },
    signal,
  );
  const server = serveGrpc(socket, methods);
  return { id, [Symbol.dispose]: () => server[Symbol.dispose]() };
}

/** The same path on another machine is another directory. */
function sharedKey(context: string): string {
  return createHash('sha256').update(`djdev\0${hostname()}\0${context}`).digest('hex');
}
