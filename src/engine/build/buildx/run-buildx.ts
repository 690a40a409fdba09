import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
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
 * Ends the program when stdin ends, which it does when djdev says so and when djdev is killed. Left
 * alone, buildx would go on building for nobody. The first line keeps stdin open for the guard:
 * what a shell runs in the background has none.
 */
const guardedScript = `
exec 3<&0
"$@" 3<&- & child=$!
{ cat <&3 >/dev/null; kill -TERM "$child"; } 2>/dev/null & guard=$!
exec 3<&-
wait "$child"; status=$?
kill "$guard" 2>/dev/null
exit "$status"
`;

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
  const child = startGuarded(run);
  const exited = new Promise<number | undefined>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      child.stdin.destroy();
      resolve(code ?? undefined);
    });
  });
  const ended = new AbortController();
  const stop = (): void => {
    child.stdin.destroy();
    const kill = AbortSignal.timeout(graceMs);
    kill.addEventListener('abort', () => killGroup(child), { signal: ended.signal });
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const [lines, exitCode] = await Promise.all([readProgress(child.stderr, onValue), exited]);
    signal.throwIfAborted();
    return { exitCode, lines };
  } finally {
    signal.removeEventListener('abort', stop);
    ended.abort();
    // Reached while it runs only when an object could not be read; nobody would end it then.
    if (child.exitCode === null && child.signalCode === null) killGroup(child);
  }
}

function startGuarded({ file, args, environment }: BuildxRun): ReturnType<typeof startPiped> {
  return process.platform === 'win32'
    ? startPiped(file, args, environment)
    : startPiped('/bin/sh', ['-c', guardedScript, 'sh', file, ...args], environment);
}

function startPiped(file: string, args: readonly string[], environment: NodeJS.ProcessEnv) {
  const child = spawn(file, args, {
    env: environment,
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  // It may end before it is told to.
  child.stdin.on('error', () => undefined);
  return child;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || process.platform === 'win32') child.kill('SIGKILL');
  else {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The whole group is gone already.
    }
  }
}

async function readProgress(
  stream: Readable,
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
