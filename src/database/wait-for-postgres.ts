import type { Context } from '../context/context.ts';
import type { LogLine, RunningContainer } from '../engine/engine.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import type { ScratchPostgresPlan } from './plan-scratch-postgres.ts';
import type { PostgresAddress } from './postgres-session.ts';
import { probePostgres } from './probe-postgres.ts';

/** How long the server may take; the slowest start seen on a busy laptop was 6 s. */
const startTimeoutMs = 60_000;
const probeIntervalMs = 10;
const keptLines = 20;

interface StartingPostgres {
  readonly plan: ScratchPostgresPlan;
  readonly container: RunningContainer;
  readonly address: PostgresAddress;
  readonly onLine: (line: string) => void;
}

/**
 * Returns when the server takes sessions over the network; never earlier, unlike `pg_isready` on
 * the socket, which is answered by the entrypoint's temporary server as well.
 * Throws `DJ-DATABASE-START` with the last log lines when the container ends or the time is over.
 */
export async function waitForPostgres(context: Context, starting: StartingPostgres): Promise<void> {
  const { container, address, onLine } = starting;
  const lines: string[] = [];
  const followed = follow(container.output, (line) => {
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
    onLine(line);
  });
  // A log that breaks off is no failure of its own: the container's end is what counts.
  followed.catch(() => {});
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  try {
    const outcome = await Promise.race([
      probeUntilReady(context, address, signal),
      container.exited.then((exit) => followed.then(() => `ended with exit code ${exit.exitCode}`)),
    ]);
    context.signal.throwIfAborted();
    if (outcome !== 'ready') throw startFailure(starting.plan, outcome, lines);
  } finally {
    stop.abort();
  }
}

/** `ready`, or what happened instead, as the end of a sentence. */
async function probeUntilReady(
  { clock }: Context,
  address: PostgresAddress,
  signal: AbortSignal,
): Promise<string> {
  const session = { user: address.user, database: 'postgres' };
  const deadlineMs = clock.monotonicMs() + startTimeoutMs;
  while (clock.monotonicMs() < deadlineMs) {
    if ((await probePostgres(address, session)) === 'ready') return 'ready';
    if (signal.aborted) return 'was interrupted';
    await clock.sleep(probeIntervalMs, signal).catch(() => {});
  }
  return `did not take a session within ${startTimeoutMs / 1000} s`;
}

async function follow(
  output: AsyncIterable<LogLine>,
  onLine: (line: string) => void,
): Promise<void> {
  for await (const line of output) onLine(line.text);
}

function startFailure(
  plan: ScratchPostgresPlan,
  outcome: string,
  output: readonly string[],
): DjdevError {
  return new DjdevError('DJ-DATABASE-START', {
    message: `The scratch Postgres "${plan.service}" (${plan.image}) ${outcome}.`,
    hint: output.some((line) => line.includes('No space left'))
      ? 'Its data lies in memory. Free memory on the machine that runs Docker.'
      : `Try the image by itself: docker run --rm -e POSTGRES_PASSWORD=x ${plan.image}`,
    output,
  });
}
