import { connect } from 'node:net';
import { probePostgres } from '../database/probe-postgres.ts';
import type { ReadyCheck, ServiceDefinition } from '../project/project.ts';

/** `ready`, or what the service says instead, as the end of a sentence. */
export type ProbeAnswer = 'ready' | { readonly notYet: string };

/** How a running service is reached from here. */
interface ProbeTarget {
  readonly host: string;
  /** Container port → port as this process reaches it. */
  readonly ports: Readonly<Record<number, number>>;
  /** Runs a command in the container to its end and answers its exit code. */
  readonly run: (command: readonly string[]) => Promise<number>;
}

/** Asks a service once. */
export type Probe = (target: ProbeTarget) => Promise<ProbeAnswer>;

const answerTimeoutMs = 1000;
/** A port that is published takes connections before anybody listens behind it, and drops them. */
const keptMs = 100;

/**
 * The question that tells when a service does its work: the declared one, else that of its kind,
 * else whether its first port takes a connection; `undefined` where there is nothing to ask.
 */
export function probeFor({ kind, ready, ports = [] }: ServiceDefinition): Probe | undefined {
  if (ready !== undefined) return declaredProbe(ready.ask);
  const [first] = ports;
  return knownProbes[kind] ?? (first === undefined ? undefined : tcpProbe(first));
}

function declaredProbe(ask: ReadyCheck['ask']): Probe {
  if (ask.type === 'http') return httpProbe(ask.port, ask.path);
  return ask.type === 'tcp' ? tcpProbe(ask.port) : commandProbe(ask.command);
}

const knownProbes: Readonly<Partial<Record<ServiceDefinition['kind'], Probe>>> = {
  postgres: async ({ host, ports }) => {
    const session = { user: 'postgres', database: 'postgres' };
    const answer = await probePostgres({ host, port: ports[5432] ?? 5432 }, session);
    return answer === 'ready' ? answer : { notYet: 'it takes no session' };
  },
  // Behind a password it answers -NOAUTH, and while it reads its data -LOADING.
  redis: async (target) => {
    const line = await converse(target, 6379, 'PING\r\n');
    if (/^(\+PONG|-NOAUTH)/.test(line)) return 'ready';
    return { notYet: line === '' ? 'PING gets no answer' : `PING gets ${line}` };
  },
  mailpit: httpProbe(8025, '/readyz'),
};

/** Ready as soon as the path answers 2xx or 3xx. */
function httpProbe(port: number, path: string): Probe {
  return async (target) => {
    const request = `GET ${path} HTTP/1.0\r\nHost: localhost:${port}\r\nUser-Agent: djdev\r\n\r\n`;
    const line = await converse(target, port, request);
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1];
    if (status !== undefined && /^[23]/.test(status)) return 'ready';
    const got = status ?? (line === '' ? 'no answer' : 'no HTTP');
    return { notYet: `GET ${path} on port ${port} gets ${got}` };
  };
}

/** Ready as soon as a connection is kept, or spoken on. */
function tcpProbe(port: number): Probe {
  return async ({ host, ports }) => {
    const isKept = await new Promise<boolean>((resolve) => {
      const socket = connect(ports[port] ?? port, host);
      const settle = (answer: boolean): void => {
        socket.destroy();
        resolve(answer);
      };
      socket.once('connect', () => socket.setTimeout(keptMs));
      socket.setTimeout(answerTimeoutMs, () => settle(!socket.connecting));
      socket.once('data', () => settle(true));
      socket.once('error', () => settle(false));
      socket.once('close', () => settle(false));
    });
    return isKept ? 'ready' : { notYet: `port ${port} takes no connection` };
  };
}

/** Ready as soon as the command ends with 0. */
function commandProbe(command: readonly string[]): Probe {
  return async ({ run }) => {
    const exitCode = await run(command);
    return exitCode === 0 ? 'ready' : { notYet: `“${command.join(' ')}” ends with ${exitCode}` };
  };
}

/** Sends a text and answers the first line that comes back; nobody there is an empty line. */
function converse({ host, ports }: ProbeTarget, port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(ports[port] ?? port, host);
    const settle = (answer: string): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(answerTimeoutMs, () => settle(''));
    socket.once('error', () => settle(''));
    socket.once('close', () => settle(''));
    socket.once('connect', () => socket.write(text));
    socket.once('data', (bytes) => settle(bytes.toString('latin1').split('\r\n', 1)[0] ?? ''));
  });
}
