import * as v from 'valibot';
import type { EnvironmentValues } from '../engine/engine.ts';
import { Secret } from '../project/secret.ts';

const readySchema = v.object({
  type: v.literal('ready'),
  python: v.string(),
  /** `null`: this Python has no Django. */
  django: v.nullable(v.string()),
  executable: v.string(),
  /** The nearest manage.py, absolute, if there is one. */
  manage: v.nullable(v.string()),
  directory: v.string(),
  uid: v.number(),
});

const lineSchema = v.object({
  type: v.literal('line'),
  id: v.number(),
  stream: v.picklist(['stdout', 'stderr']),
  text: v.string(),
});

const eventSchema = v.object({
  type: v.literal('event'),
  id: v.number(),
  event: v.looseObject({ type: v.string() }),
});

const exitSchema = v.object({
  type: v.literal('exit'),
  id: v.number(),
  code: v.number(),
  signal: v.nullable(v.number()),
});

const frameSchema = v.variant('type', [readySchema, lineSchema, eventSchema, exitSchema]);

/** One line of the runner's stdout. */
export type RunnerFrame = v.InferOutput<typeof frameSchema>;

/** What the runner says of itself before it takes requests. */
export type RunnerReady = v.InferOutput<typeof readySchema>;

/** An event of a probe; its probe's schema says the rest. */
export type ProbeEvent = Readonly<{ type: string } & Record<string, unknown>>;

/** Reads one line of the runner's stdout; `undefined` when it is none of its frames. */
export function parseRunnerFrame(line: string): RunnerFrame | undefined {
  try {
    const result = v.safeParse(frameSchema, JSON.parse(line));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}

/** What a child of the runner is to do. */
export interface RunnerRequest {
  /** Arguments of manage.py, the command first; or of the probe that runs instead of it. */
  readonly argv: readonly string[];
  /** Path of manage.py in the container; the nearest one when left out. */
  readonly manage?: string | undefined;
  /** Text of a probe. */
  readonly probe?: string | undefined;
  /** Variables in place of those of the container, for this request alone. */
  readonly environment?: EnvironmentValues | undefined;
  /** The probe's options. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** The line that asks the runner to carry out a request. */
export function formatRunRequest(id: number, request: RunnerRequest): string {
  return `${JSON.stringify({
    type: 'run',
    id,
    argv: request.argv,
    manage: request.manage ?? null,
    probe: request.probe ?? null,
    options: request.options ?? {},
    ...(request.environment && { environment: revealAll(request.environment) }),
  })}\n`;
}

/** The line that ends a request's process group. */
export function formatCancelRequest(id: number): string {
  return `${JSON.stringify({ type: 'cancel', id })}\n`;
}

function revealAll(environment: EnvironmentValues): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value instanceof Secret ? value.reveal() : value,
    ]),
  );
}
