import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import net, { type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';
import type { Endpoint } from '../../src/engine/engine.ts';

/** A way to the real engine that a test can cut. */
export interface EngineProxy extends AsyncDisposable {
  /** `unix://…` or `tcp://…` */
  readonly address: string;
  /** Ends every connection at once and refuses new ones, as a stopping engine does. */
  readonly cut: () => void;
}

/** Listens on a socket file or on TCP: with TLS where certificates are given, else at any address. */
export async function openEngineProxy(
  endpoint: Endpoint,
  listen: 'socket' | 'tcp' | { readonly certificates: string } | { readonly address: string },
): Promise<EngineProxy> {
  if (endpoint.type !== 'socket') throw new Error('These tests need an engine on a local socket.');
  const sockets = new Set<Socket>();
  const relay = (client: Socket): void => {
    const engine = net.connect(endpoint.path);
    for (const [socket, other] of [
      [client, engine],
      [engine, client],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.once('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      // A cut connection is what these tests are about.
      socket.on('error', () => {});
    }
  };
  const server =
    typeof listen === 'object' && 'certificates' in listen
      ? tls.createServer(await serverOptions(listen.certificates), relay)
      : net.createServer({ allowHalfOpen: true }, relay);
  const directory = await mkdtemp(join(tmpdir(), 'djdev-proxy-'));
  const path = join(directory, 'engine.sock');
  const ipAddress =
    typeof listen === 'object' && 'address' in listen ? listen.address : '127.0.0.1';
  if (listen === 'socket') server.listen(path);
  else server.listen(0, ipAddress);
  await once(server, 'listening');
  const cut = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return {
    address:
      listen === 'socket'
        ? `unix://${path}`
        : `tcp://${ipAddress}:${(server.address() as AddressInfo).port}`,
    cut,
    async [Symbol.asyncDispose]() {
      cut();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function serverOptions(directory: string): Promise<tls.TlsOptions> {
  const read = async (name: string): Promise<string> =>
    await readFile(join(directory, name), 'utf8');
  return {
    ca: await read('ca.pem'),
    cert: await read('server-cert.pem'),
    key: await read('server-key.pem'),
    requestCert: true,
    rejectUnauthorized: true,
  };
}

/** Makes `ca.pem`, `cert.pem`, `key.pem` as Docker names them, and the server's pair. */
export async function makeCertificates(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const openssl = async (...args: readonly string[]): Promise<void> => {
    await promisify(execFile)('openssl', args, { cwd: directory });
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const authority = ['-keyout', 'ca-key.pem', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=ca'];
  await openssl('req', '-x509', ...newKey, ...authority);
  for (const [name, prefix] of [
    ['server', 'server-'],
    ['client', ''],
  ] as const) {
    const own = ['-keyout', `${prefix}key.pem`, '-out', `${prefix}cert.pem`, '-days', '2'];
    const extension = ['-addext', 'subjectAltName=IP:127.0.0.1', '-subj', `/CN=${name}`];
    await openssl(
      'req',
      '-x509',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca-key.pem',
      ...newKey,
      ...own,
      ...extension,
    );
  }
}
