import * as v from 'valibot';
import { DjdevError } from '../errors/djdev-error.ts';
import type { DjangoRunner, RunnerResult } from './django-runner.ts';
import { readProbe } from './probe-source.ts';
import { formatPythonError } from './python-error.ts';
import type { ProbeEvent } from './runner-frame.ts';
import type { SweepCall } from './run-sweep.ts';

const madeSchema = v.object({
  type: v.literal('made'),
  sessionCookie: v.string(),
  sessionEngine: v.string(),
  sessionSerializer: v.string(),
  csrfCookie: v.string(),
  /** Tells keys apart, not what they are. */
  key: v.string(),
  fallbacks: v.array(v.string()),
  cookies: v.record(v.string(), v.string()),
  signed: v.string(),
  session: v.nullable(v.boolean()),
  login: v.nullable(v.string()),
  csrf: v.nullable(v.string()),
  /** Why something could not be made, by its name. */
  notMade: v.record(v.string(), v.string()),
});

const taskSchema = v.object({
  type: v.literal('task'),
  name: v.string(),
  required: v.array(v.string()),
  optional: v.array(v.string()),
  takesAny: v.boolean(),
});

const carriedSchema = v.object({
  type: v.literal('carried'),
  what: v.picklist(['session', 'login', 'csrf', 'signed']),
  kept: v.boolean(),
  tried: v.boolean(),
  detail: v.string(),
});

const valueSchema = v.object({
  type: v.literal('value'),
  alias: v.string(),
  key: v.string(),
  error: v.nullable(v.string()),
});

const unreadSchema = v.object({
  type: v.picklist(['values-not-read', 'tasks-not-read']),
  reason: v.string(),
});

/** Cookies, a token and a signature as one release makes them, and its settings for them. */
export type MadeThings = v.InferOutput<typeof madeSchema>;

/** A Celery task and the arguments that it takes. */
export type CeleryTask = v.InferOutput<typeof taskSchema>;

/** What one release did with what another one made. */
export type CarriedAnswer = v.InferOutput<typeof carriedSchema>;

/** A key of a shared cache, and what went wrong when its value was read. */
type CachedValue = v.InferOutput<typeof valueSchema>;

/** What a release makes, and the tasks that its workers know. */
export interface SkewMaking {
  readonly made: MadeThings;
  readonly tasks: readonly CeleryTask[];
  /** Why the tasks are not known. */
  readonly tasksUnread: string | undefined;
}

export interface SkewValues {
  readonly values: readonly CachedValue[];
  readonly unread: string | undefined;
}

type Options = Readonly<Record<string, unknown>>;

/** Makes a session, a login, a CSRF token and a signature. Throws `DJ-DJANGO-RUNNER`. */
export async function makeSkew(
  runner: DjangoRunner,
  call: SweepCall,
  options: { readonly salt: string; readonly celery: readonly string[] },
  signal: AbortSignal,
): Promise<SkewMaking> {
  const events = await run(runner, call, { action: 'make', ...options }, signal);
  const [made] = parse(madeSchema, events);
  if (made === undefined) throw new Error('The probe has said nothing of what it made.');
  const [unread] = parse(unreadSchema, events);
  return { made, tasks: parse(taskSchema, events), tasksUnread: unread?.reason };
}

/** Reads what another release made. Throws `DJ-DJANGO-RUNNER`. */
export async function readSkew(
  runner: DjangoRunner,
  call: SweepCall,
  options: { readonly salt: string; readonly made: MadeThings },
  signal: AbortSignal,
): Promise<readonly CarriedAnswer[]> {
  return parse(carriedSchema, await run(runner, call, { action: 'read', ...options }, signal));
}

/** Reads all that lies in caches which can be listed. Throws `DJ-DJANGO-RUNNER`. */
export async function readCachedValues(
  runner: DjangoRunner,
  call: SweepCall,
  signal: AbortSignal,
): Promise<SkewValues> {
  const events = await run(runner, call, { action: 'values', salt: '' }, signal);
  const [unread] = parse(unreadSchema, events);
  return { values: parse(valueSchema, events), unread: unread?.reason };
}

async function run(
  runner: DjangoRunner,
  { manage, environment }: SweepCall,
  options: Options,
  signal: AbortSignal,
): Promise<readonly ProbeEvent[]> {
  const probe = await readProbe('skew');
  const result = await runner.run({ argv: ['check'], manage, probe, environment, options }, signal);
  if (!result.events.some(({ type }) => type === 'skew-ended')) throw skewFailed(result);
  return result.events;
}

function parse<T extends v.GenericSchema>(
  schema: T,
  events: readonly ProbeEvent[],
): readonly v.InferOutput<T>[] {
  return events.flatMap((event) => {
    const parsed = v.safeParse(schema, event);
    return parsed.success ? [parsed.output] : [];
  });
}

function skewFailed({ errors, tail }: RunnerResult): DjdevError {
  const error = errors[0]?.chain[0];
  return new DjdevError('DJ-DJANGO-RUNNER', {
    message: `What the releases carry over cannot be tried: ${error ? formatPythonError(error) : 'the process ended'}.`,
    hint: 'Run the command again with --verbose to see the output of Django.',
    output: tail.slice(-20),
  });
}
