import { createInterface } from 'node:readline';
import { readInsideProgram } from '../../django/probe-source.ts';
import type { ExecSession } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { Inside } from './smoke-target.ts';

/** One line of JSON that a program answers. */
type InsideAnswer = Readonly<Record<string, unknown>> & { readonly type: string };

/** A program that runs with the project's Django; it ends when this is disposed. */
export interface InsideProgram extends AsyncDisposable {
  /** The next answer; `undefined` when the program has ended. */
  next(): Promise<InsideAnswer | undefined>;
  /** Lets it end by itself, and goes on with its answers. */
  finish(): void;
}

const interpreters = ['python', 'python3'];

/**
 * Starts a program beside the server, with its settings and its database; nothing is left in the
 * container. A program that cannot start answers `failed`.
 */
export async function openInside(
  { engine, containerId, manage }: Inside,
  name: 'users' | 'patterns',
  data: unknown,
  signal: AbortSignal,
): Promise<InsideProgram> {
  const { runner, program } = await readInsideProgram(name);
  const request = `${JSON.stringify({ program, data, manage: manage ?? null })}\n`;
  for (const interpreter of interpreters) {
    const session = await engine.exec(
      containerId,
      { command: [interpreter, '-u', '-c', runner] },
      signal,
    );
    const opened = readAnswers(session, request);
    const first = await opened.next().catch((error: unknown) => {
      if (error instanceof DjdevError && error.code === 'DJ-COMMAND-NOT-FOUND') return undefined;
      throw error;
    });
    if (first !== undefined) return withFirst(opened, first);
    await opened[Symbol.asyncDispose]();
  }
  return withFirst(nothing, { type: 'failed', error: 'the image has no Python that can run it' });
}

const nothing: InsideProgram = {
  next: () => Promise.resolve(undefined),
  finish: () => undefined,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

function readAnswers(session: ExecSession, request: string): InsideProgram {
  // What the project itself prints is nobody's.
  session.stderr.resume();
  session.stdin.on('error', () => undefined);
  session.stdin.write(request);
  const lines = createInterface({ input: session.stdout })[Symbol.asyncIterator]();
  return {
    async next() {
      for (;;) {
        const line = await lines.next();
        if (line.done === true) {
          await session.exited;
          return undefined;
        }
        const answer = parseAnswer(line.value);
        if (answer !== undefined) return answer;
      }
    },
    finish: () => void session.stdin.end(),
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

function withFirst(program: InsideProgram, first: InsideAnswer): InsideProgram {
  let held: InsideAnswer | undefined = first;
  return {
    next: () => {
      const answer = held;
      held = undefined;
      return answer === undefined ? program.next() : Promise.resolve(answer);
    },
    finish: () => program.finish(),
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

function parseAnswer(line: string): InsideAnswer | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isAnswer = typeof value === 'object' && value !== null && 'type' in value;
    return isAnswer && typeof value.type === 'string' ? (value as InsideAnswer) : undefined;
  } catch {
    return undefined;
  }
}
