import { createInterface } from 'node:readline';
import type { ContainerSpec } from '../engine/engine.ts';
import type { StackContext } from '../stack/stack-context.ts';

/** What a one-off command printed and how it ended. */
export interface CapturedRun {
  readonly exitCode: number;
  /** Lines of stdout. */
  readonly stdout: readonly string[];
  /** Lines of both streams as they came. */
  readonly output: readonly string[];
}

/** What is done with the container beside the command. */
interface Surroundings {
  readonly beforeStart?: (id: string) => Promise<void>;
  /** The container has ended and is still there. */
  readonly afterEnd?: () => Promise<void>;
}

/** Runs a one-off container to its end and takes down what it prints. */
export async function runCaptured(
  { engine, signal }: Pick<StackContext, 'engine' | 'signal'>,
  spec: ContainerSpec,
  onLine: (line: string) => void = () => {},
  { beforeStart, afterEnd }: Surroundings = {},
): Promise<CapturedRun> {
  const staysAfterEnd = afterEnd === undefined ? {} : { staysAfterEnd: true };
  const opened = { ...spec, ...staysAfterEnd, tty: false };
  await using session = await engine.openContainer(opened, signal, beforeStart);
  session.stdin.end();
  const stdout: string[] = [];
  const output: string[] = [];
  const take = async (stream: 'stdout' | 'stderr'): Promise<void> => {
    for await (const line of createInterface({ input: session[stream] })) {
      if (stream === 'stdout') stdout.push(line);
      output.push(line);
      onLine(line);
    }
  };
  const [exitCode] = await Promise.all([session.exited, take('stdout'), take('stderr')]);
  await afterEnd?.();
  return { exitCode, stdout, output };
}
