import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Opens one way: whoever connects to the local port talks to the port on the engine's machine. */
export type OpenForward = (localPort: number, port: number, signal: AbortSignal) => Promise<void>;

/** Local ports behind which published ports of a remote engine's machine listen. */
export interface PortForwards extends AsyncDisposable {
  readonly forwardPort: (port: number, signal: AbortSignal) => Promise<number>;
}

/**
 * Each port gets the same number here, if it is free, and stays open until this is disposed. A port
 * that another djdev forwards from the same engine already is used as it is: what one command
 * prints then holds in the next one.
 */
export function createPortForwards(address: string, open: OpenForward): PortForwards {
  const forwards = new Map<number, Promise<number>>();
  const markers: string[] = [];
  const start = async (port: number, signal: AbortSignal): Promise<number> => {
    const isFree = await isFreePort(port);
    if (!isFree && (await isForwarded(address, port))) return port;
    const localPort = isFree ? port : await findFreePort();
    await open(localPort, port, signal);
    if (localPort === port) markers.push(await mark(address, port));
    return localPort;
  };
  return {
    async forwardPort(port, signal) {
      const known = forwards.get(port);
      if (known) return await known;
      const forward = start(port, signal);
      forwards.set(port, forward);
      // What failed is tried again when it is asked for again.
      forward.catch(() => forwards.delete(port));
      return await forward;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(markers.map((file) => rm(file, { force: true })));
    },
  };
}

/** Relays through this process to a machine whose ports are reached directly. */
export function createTcpForwards(address: string, host: string): PortForwards {
  const servers = new Set<net.Server>();
  const sockets = new Set<net.Socket>();
  const forwards = createPortForwards(address, async (localPort, port) => {
    const server = net.createServer({ allowHalfOpen: true }, (client) => {
      const upstream = net.connect({ host, port, allowHalfOpen: true });
      for (const [socket, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        sockets.add(socket);
        socket.pipe(other);
        // Either end may go at any time; the other one learns of it.
        socket.on('error', () => other.destroy());
        socket.once('close', () => sockets.delete(socket));
      }
    });
    server.listen(localPort, '127.0.0.1').unref();
    await once(server, 'listening');
    servers.add(server);
  });
  return {
    forwardPort: forwards.forwardPort,
    async [Symbol.asyncDispose]() {
      for (const server of servers) server.close();
      for (const socket of sockets) socket.destroy();
      await forwards[Symbol.asyncDispose]();
    },
  };
}

async function isFreePort(port: number): Promise<boolean> {
  const server = net.createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

async function findFreePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Says for other djdevs of this user that this process forwards the port. */
async function mark(address: string, port: number): Promise<string> {
  const file = markerFile(port);
  await mkdir(join(file, '..'), { recursive: true, mode: 0o700 });
  await writeFile(file, JSON.stringify({ address, pid: process.pid }), { mode: 0o600 });
  return file;
}

async function isForwarded(address: string, port: number): Promise<boolean> {
  try {
    const marker = JSON.parse(await readFile(markerFile(port), 'utf8')) as {
      readonly address: string;
      readonly pid: number;
    };
    // Signal 0 only asks whether the process is there.
    return marker.address === address && process.kill(marker.pid, 0);
  } catch {
    return false;
  }
}

function markerFile(port: number): string {
  return join(tmpdir(), `djdev-forwards-${userInfo().uid}`, String(port));
}
