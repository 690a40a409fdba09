import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Engine, ExecRequest } from '../../engine/engine.ts';

/** How a program ended that was fed. */
export interface FedProgram {
  readonly exitCode: number;
  readonly stdout: string;
  /** Lines of stderr. */
  readonly errors: readonly string[];
  /** It ended before it had taken everything, or was ended by `isFatal`. */
  readonly brokeOff: boolean;
}

/** Lines of stderr that are kept: the first errors, and the end. */
const mostLines = 5000;

/**
 * A program may end before it has taken all of its input, as `pg_restore -l` does. The engine would
 * then break the connection in the middle of a write: so the shell says that it has ended, and takes
 * what is on the way.
 */
const endMark = 'djdev: the program has ended';
const wrapper = `"$@"; code=$?; echo '${endMark}' >&2; cat > /dev/null; exit $code`;

/**
 * Runs a program in a container and writes `input` to its stdin, as fast as it takes it. A line of
 * stderr for which `isFatal` holds is the end of it: the program is not waited for then.
 */
export async function runFeeding(
  { engine, container, signal }: { engine: Engine; container: string; signal: AbortSignal },
  request: ExecRequest,
  input: AsyncIterable<Buffer>,
  isFatal: (line: string) => boolean = () => false,
): Promise<FedProgram> {
  const command = ['sh', '-c', wrapper, 'sh', ...request.command];
  await using session = await engine.exec(container, { ...request, command }, signal);
  const errors: string[] = [];
  const stopping = new AbortController();
  const end: { reason: 'ended' | 'fatal' | undefined } = { reason: undefined };
  const listen = (async () => {
    for await (const line of createInterface({ input: session.stderr })) {
      if (line === endMark) end.reason ??= 'ended';
      else if (errors.length < mostLines) errors.push(line);
      if (isFatal(line)) end.reason = 'fatal';
      if (end.reason) stopping.abort();
    }
  })();
  const read = collect(session.stdout);
  for (const watched of [listen, read]) watched.catch(() => {});
  session.stdin.on('error', () => stopping.abort());
  const stop = AbortSignal.any([signal, stopping.signal]);
  for await (const chunk of input) {
    if (stop.aborted) break;
    if (!session.stdin.write(chunk)) {
      await once(session.stdin, 'drain', { signal: stop }).catch(() => {});
    }
  }
  signal.throwIfAborted();
  const brokeOff = stop.aborted;
  session.stdin.end();
  if (end.reason !== 'fatal') {
    const { promise: fatal, resolve } = Promise.withResolvers<void>();
    stopping.signal.addEventListener('abort', () => {
      if (end.reason === 'fatal') resolve();
    });
    await Promise.race([session.exited, fatal]);
  }
  if (end.reason === 'fatal') return { exitCode: 1, stdout: '', errors, brokeOff: true };
  const [exitCode, stdout] = await Promise.all([session.exited, read, listen]);
  return { exitCode, stdout, errors, brokeOff };
}

async function collect(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
