import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import type { ContainerSpec, Engine, ImageFacts } from '../engine/engine.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import { type ProbeOptions, readProbeProgram } from './probe-program.ts';
import { type ImageIdentity, type SideFacts, sideFactsSchema } from './side-facts.ts';

const interpreters = ['python3', 'python'];

interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Asks a container that runs. Nothing stays in it. Throws `DJ-DJANGO-RUNNER` when it has no Python,
 * or when that cannot run the program.
 */
export async function measureContainer(
  engine: Engine,
  container: string,
  options: ProbeOptions,
  signal: AbortSignal,
): Promise<SideFacts> {
  const program = await readProbeProgram(options);
  return await measure(container, async (interpreter) => {
    return await engine.execToEnd(container, { command: [interpreter, '-c', program] }, signal);
  });
}

/**
 * Asks a container of its own, made from `spec` and removed afterwards; its entrypoint does not
 * run. Throws as `measureContainer` does.
 */
export async function measureImage(
  engine: Engine,
  spec: Omit<ContainerSpec, 'entrypoint' | 'command' | 'lifeline'>,
  options: ProbeOptions,
  signal: AbortSignal,
): Promise<SideFacts> {
  const program = await readProbeProgram(options);
  return await measure(spec.image, async (interpreter) => {
    const whole = { ...spec, entrypoint: [interpreter, '-c', program], command: [], tty: false };
    await using session = await engine.openContainer({ ...whole, lifeline: 'none' }, signal);
    session.stdin.on('error', () => {});
    const aborted = (): void => void session.kill('SIGKILL').catch(() => {});
    signal.addEventListener('abort', aborted, { once: true });
    try {
      const [exitCode, stdout, stderr] = await Promise.all([
        session.exited,
        text(session.stdout),
        text(session.stderr),
      ]);
      signal.throwIfAborted();
      return { exitCode, stdout, stderr };
    } finally {
      signal.removeEventListener('abort', aborted);
    }
  });
}

/** What identifies an image, with the layers that it shares with others. */
export function identifyImage(image: ImageFacts): ImageIdentity {
  const { id, references, layers = [], os, architecture } = image;
  const [reference] = references;
  return {
    id,
    ...(reference !== undefined && { reference }),
    layers: [...layers],
    os,
    architecture,
  };
}

async function measure(
  where: string,
  ask: (interpreter: string) => Promise<Answer>,
): Promise<SideFacts> {
  for (const interpreter of interpreters) {
    try {
      const answer = await ask(interpreter);
      if (answer.exitCode !== 126 && answer.exitCode !== 127) return readAnswer(where, answer);
    } catch (error) {
      if (!(error instanceof DjdevError) || error.code !== 'DJ-COMMAND-NOT-FOUND') throw error;
    }
  }
  throw new DjdevError('DJ-DJANGO-RUNNER', {
    message: `There is no Python in ${where}, so it cannot say what it is.`,
    hint: 'djdev parity asks Python, version 3.8 or newer, on PATH in the image.',
  });
}

function readAnswer(where: string, { exitCode, stdout }: Answer): SideFacts {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  const parsed = v.safeParse(sideFactsSchema, parse(line));
  if (parsed.success) return parsed.output;
  // What the project wrote on stderr may hold anything, so it is not shown.
  throw new DjdevError('DJ-DJANGO-RUNNER', {
    message: `The program that describes ${where} ended with code ${exitCode} and without an answer.`,
    hint: 'Run it by hand to see why: djdev parity --program | djdev exec -T web python3 -',
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
