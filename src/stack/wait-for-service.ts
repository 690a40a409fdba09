import { connect } from 'node:net';
import { type PostgresAnswer, probePostgres } from '../database/probe-postgres.ts';
import type { ServiceDefinition } from '../project/project.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import type { AppliedContainer } from './apply-container.ts';
import { readLastLines } from './read-last-lines.ts';
import type { StackContext } from './stack-context.ts';

const startTimeoutMs = 60_000;
const probeIntervalMs = 15;
const answerTimeoutMs = 1000;

type Probe = (host: string, port: number) => Promise<boolean>;

/** How each kind of service says that it is ready, over the network and in its own protocol. */
const probes: Readonly<
  Partial<Record<ServiceDefinition['kind'], { readonly port: number; readonly probe: Probe }>>
> = {
  postgres: {
    port: 5432,
    probe: async (host, port) => {
      const session = { user: 'postgres', database: 'postgres' };
      const answer: PostgresAnswer = await probePostgres({ host, port }, session);
      return answer === 'ready';
    },
  },
  redis: {
    port: 6379,
    probe: (host, port) => converse(host, port, 'PING\r\n', /^[+-](PONG|NOAUTH)/),
  },
  mailpit: {
    port: 8025,
    probe: (host, port) =>
      converse(host, port, 'GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n', /^HTTP\/1/),
  },
};

/**
 * Returns when the service does its work; a service djdev does not know counts as ready when it
 * runs. Throws `DJ-SERVICE-START` with its last lines when it ends, or is not ready in a minute.
 */
export async function waitForService(
  context: StackContext,
  service: ServiceDefinition,
  container: AppliedContainer,
): Promise<void> {
  const { engine, clock } = context;
  const known = probes[service.kind];
  const port = known && container.ports[known.port];
  if (known === undefined || port === undefined) return;
  const done = new AbortController();
  const signal = AbortSignal.any([context.signal, done.signal]);
  const ended = engine
    .waitContainer(container.id, signal)
    .then(({ exitCode }) => `ended with exit code ${exitCode}`);
  const ready = async (): Promise<string> => {
    const deadlineMs = clock.monotonicMs() + startTimeoutMs;
    while (clock.monotonicMs() < deadlineMs) {
      if (await known.probe(container.host, port)) return 'ready';
      await clock.sleep(probeIntervalMs, signal);
    }
    return `was not ready within ${startTimeoutMs / 1000} s`;
  };
  try {
    const asking = ready();
    asking.catch(() => {});
    ended.catch(() => {});
    const outcome = await Promise.race([asking, ended]);
    if (outcome !== 'ready') throw await startFailure(context, service, container, outcome);
  } finally {
    done.abort();
  }
}

async function startFailure(
  context: StackContext,
  { name, image }: ServiceDefinition,
  container: AppliedContainer,
  outcome: string,
): Promise<DjdevError> {
  const output = await readLastLines(context, container.id);
  const incompatible = output.some((line) => /incompatible with server|initialized by/.test(line));
  return new DjdevError('DJ-SERVICE-START', {
    message: `The service ${name} (${image}) ${outcome}.`,
    hint: incompatible
      ? 'Its volume was written by another version. Go back to that version and dump the data, or remove the volume with djdev down -v.'
      : `djdev logs ${name} has all that it said.`,
    output,
  });
}

/** Sends a text and tells whether the first answer fits; nobody there is no answer. */
function converse(host: string, port: number, text: string, wanted: RegExp): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(answerTimeoutMs, () => settle(false));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
    socket.once('connect', () => socket.write(text));
    socket.once('data', (bytes) => settle(wanted.test(bytes.toString('latin1'))));
  });
}
