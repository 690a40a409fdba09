import { createInterface } from 'node:readline';
import { once } from 'node:events';
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
 * Runs a program in a container and writes `input` to its stdin, as fast as it takes it. A line of
 * stderr for which `isFatal` holds ends it.
 */
export async function runFeeding(
  { engine, container, signal }: { engine: Engine; container: string; signal: AbortSignal },
  request: ExecRequest,
  input: AsyncIterable<Buffer>,
  isFatal: (line: string) => boolean = () => false,
): Promise<FedProgram> {
  await using session = await engine.exec(container, request, signal);
  const errors: string[] = [];
  let brokeOff = false;
  let over = false;
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  const listen = (async () => {
    for await (const line of createInterface({ input: session.stderr })) {
      if (errors.length < mostLines) errors.push(line);
      if (isFatal(line)) {
        brokeOff = true;
        stop();
      }
    }
  })();
  const read = collect(session.stdout);
  const exited = session.exited.finally(() => {
    over = true;
    stop();
  });
  exited.catch(() => {});
  // A program that ends early closes its stdin: that is no failure of its own.
  session.stdin.on('error', stop);
  for await (const chunk of input) {
    if (over || brokeOff) break;
    if (!session.stdin.write(chunk)) {
      await Promise.race([once(session.stdin, 'drain', { signal }), stopped]);
    }
  }
  if (over) brokeOff = true;
  session.stdin.end();
  if (brokeOff && !over) return { exitCode: 1, stdout: '', errors, brokeOff };
  const exitCode = await Promise.race([exited, stopped.then(() => (over ? exited : 1))]);
  if (!over) return { exitCode, stdout: '', errors, brokeOff: true };
  const [stdout] = await Promise.all([read, listen]);
  return { exitCode, stdout, errors, brokeOff };
}

async function collect(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
