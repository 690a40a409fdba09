import { connect } from 'node:net';

/**
 * What answered at a Postgres address. `ready` takes sessions, `starting` is up but does not yet
 * (SQLSTATE 57P03), `silent` is nobody: a port published by Docker accepts connections before
 * anything listens behind it, so an open port proves nothing.
 */
export type PostgresAnswer = 'ready' | 'starting' | 'silent';

/** An answer that does not come within this is no answer: the next probe asks again. */
const answerTimeoutMs = 1000;

/** One probe: sends a StartupMessage and reads the first answer. Never throws. */
export function probePostgres(
  address: { readonly host: string; readonly port: number },
  session: { readonly user: string; readonly database: string },
): Promise<PostgresAnswer> {
  return new Promise((resolve) => {
    const socket = connect(address.port, address.host);
    const received: Buffer[] = [];
    const settle = (answer: PostgresAnswer): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(answerTimeoutMs, () => settle('silent'));
    socket.once('error', () => settle('silent'));
    socket.once('close', () => settle('silent'));
    socket.once('connect', () => socket.write(startupMessage(session)));
    socket.on('data', (chunk) => {
      received.push(chunk);
      const answer = readAnswer(Buffer.concat(received));
      if (answer) settle(answer);
    });
  });
}

/** The first message a client sends: protocol 3.0, then names and values ended by zero bytes. */
export function startupMessage(session: {
  readonly user: string;
  readonly database: string;
}): Buffer {
  const body = Buffer.from(`user\0${session.user}\0database\0${session.database}\0\0`);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + body.length, 0);
  head.writeUInt32BE(0x0003_0000, 4);
  return Buffer.concat([head, body]);
}

/**
 * Reads the beginning of a server's first message; `undefined` while more bytes are needed.
 * An error other than "starting up" comes from a server that takes sessions.
 */
export function readAnswer(received: Buffer): PostgresAnswer | undefined {
  const type = received.toString('latin1', 0, 1);
  if (type === 'R') return 'ready';
  if (type !== 'E') return type === '' ? undefined : 'silent';
  if (received.length < 5 || received.length < 1 + received.readUInt32BE(1)) return undefined;
  return received.includes('C57P03\0') ? 'starting' : 'ready';
}
