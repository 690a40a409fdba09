import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const djdev = fileURLToPath(new URL('../../bin/djdev.js', import.meta.url));

export interface SpawnOptions {
  /** Working directory. */
  readonly cwd?: string;
  /** A single-file executable of djdev to run instead of `bin/djdev.js`. */
  readonly executable?: string;
  /** Added to the test's own environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What a finished djdev left: all of its output and how it ended. */
export interface DjdevResult {
  readonly exitCode: number | null;
  /** The signal that ended the process, when it did not end by itself. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

/** A running djdev. Disposing of it kills it, if it still runs. */
export interface SpawnedDjdev extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly exited: Promise<DjdevResult>;
  /**
   * Resolves with the first line that fits, from either stream and also from before the call.
   * Fails with all output when djdev ends or `timeoutMs` passes before there is one.
   */
  waitForLine(pattern: RegExp, timeoutMs?: number): Promise<string>;
}

/** Starts djdev as a user would: the built `bin/djdev.js`, on the Node of the tests. */
export function startDjdev(args: readonly string[], options: SpawnOptions = {}): SpawnedDjdev {
  const startedMs = performance.now();
  const { executable } = options;
  const [program, argv] = executable ? [executable, args] : [process.execPath, [djdev, ...args]];
  const child = spawn(program, argv, {
    cwd: options.cwd,
    env: { ...cleanEnvironment(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      child.emit('djdev-output');
    });
  }
  const exited = once(child, 'close').then(([exitCode, signal]): DjdevResult => {
    const ms = performance.now() - startedMs;
    return { exitCode, signal, ...output, ms };
  });
  return {
    child,
    exited,
    waitForLine: (pattern, timeoutMs = 60_000) =>
      waitForLine({ child, output, exited }, pattern, timeoutMs),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Runs djdev to its end. */
export async function runDjdev(
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<DjdevResult> {
  return startDjdev(args, options).exited;
}

/** The last line of a text that ends with a newline. */
export function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

// The tests' own settings of colour and progress must not reach djdev, nor may it tell the CI
// system that runs the tests what it finds in them.
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(DJDEV_|GITHUB_|TF_BUILD$|TEAMCITY_|FORCE_COLOR$|NO_COLOR$|CI$|VITEST|NODE_OPTIONS$)/.test(
        name,
      ),
  );
  return Object.fromEntries(kept);
}

async function waitForLine(
  running: Pick<SpawnedDjdev, 'child' | 'exited'> & {
    readonly output: { readonly stdout: string; readonly stderr: string };
  },
  pattern: RegExp,
  timeoutMs: number,
): Promise<string> {
  const { child, output, exited } = running;
  const find = (): string | undefined =>
    `${output.stdout}\n${output.stderr}`.split('\n').find((line) => pattern.test(line));
  const deadline = AbortSignal.timeout(timeoutMs);
  let ended = false;
  const onEnd = (): void => {
    ended = true;
    child.emit('djdev-output');
  };
  void exited.finally(onEnd);
  for (let line = find(); ; line = find()) {
    if (line !== undefined) return line;
    if (ended || deadline.aborted) {
      const why = ended ? 'djdev ended' : `${timeoutMs} ms passed`;
      throw new Error(
        `${why}, and no line fits ${pattern}.\nstdout:\n${output.stdout}\nstderr:\n${output.stderr}`,
      );
    }
    await once(child, 'djdev-output', { signal: deadline }).catch(() => {});
  }
}
