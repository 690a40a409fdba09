import { spawn } from 'node:child_process';
import { finished } from 'node:stream/promises';
import { createJsonStreamDecoder } from '../progress/json-stream.ts';

export interface BuildxRun {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

export interface BuildxExit {
  /** `undefined` when a signal ended it. */
  readonly exitCode: number | undefined;
  /** What it said beside the progress objects; the last line is its verdict. */
  readonly lines: readonly string[];
}

const graceMs = 2000;

/**
 * Runs buildx to its end and gives each progress object to `onValue`. When the signal aborts,
 * buildx is told to end, which cancels the build on the engine, and the signal's reason is thrown.
 * It runs in a process group of its own: Ctrl-C is djdev's to handle.
 */
export async function runBuildx(
  run: BuildxRun,
  onValue: (value: unknown) => void,
  signal: AbortSignal,
): Promise<BuildxExit> {
  signal.throwIfAborted();
  const child = spawn(run.file, run.args, {
    env: run.environment,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = new Promise<number | undefined>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? undefined));
  });
  exited.catch(() => undefined);
  const timers = new AbortController();
  const stop = (): void => {
    child.kill('SIGTERM');
    const kill = AbortSignal.timeout(graceMs);
    kill.addEventListener('abort', () => child.kill('SIGKILL'), { signal: timers.signal });
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const lines = await readProgress(child.stderr, onValue);
    const exitCode = await exited;
    signal.throwIfAborted();
    return { exitCode, lines };
  } finally {
    signal.removeEventListener('abort', stop);
    timers.abort();
    // Reached early only when an object could not be read; nobody would end the build then.
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  }
}

async function readProgress(
  stream: NodeJS.ReadableStream,
  onValue: (value: unknown) => void,
): Promise<readonly string[]> {
  const decoder = createJsonStreamDecoder();
  const lines: string[] = [];
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const output = decoder.push(text);
    for (const value of output.values) onValue(value);
    lines.push(...output.lines);
  });
  await finished(stream);
  return [...lines, ...decoder.end().lines].filter((line) => line !== '');
}
