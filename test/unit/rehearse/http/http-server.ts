import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpAddress } from '../../../../src/rehearse/http/send-request.ts';

/** A real server on a port of its own; `await using` ends it. */
export async function serve(
  listener: RequestListener,
): Promise<AsyncDisposable & { readonly address: HttpAddress }> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: { host: '127.0.0.1', port },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
