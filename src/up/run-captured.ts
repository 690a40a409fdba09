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

/** Runs a one-off container to its end and takes down what it prints. */
export async function runCaptured(
  { engine, signal }: Pick<StackContext, 'engine' | 'signal'>,
  spec: ContainerSpec,
  onLine: (line: string) => void = () => {},
): Promise<CapturedRun> {
  await using session = await engine.openContainer({ ...spec, tty: false }, signal);
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
  return { exitCode, stdout, output };
}
