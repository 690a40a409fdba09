import * as v from 'valibot';
import { DjdevError } from '../errors/djdev-error.ts';
import {
  changesSchema,
  type CheckMessage,
  checkMessageSchema,
  type DjangoFacts,
  factsSchema,
  type ModelChanges,
  staticFactsSchema,
} from './django-facts.ts';
import type { DjangoRunner, RunnerError, RunnerResult } from './django-runner.ts';
import {
  type AssetFacts,
  assetsSchema,
  environmentSchema,
  type ErrorPage,
  type LoggingFacts,
  loggingSchema,
  pagesSchema,
  type PracticeFacts,
  practiceSchema,
  type TemplateFacts,
  templatesSchema,
  type WritableFacts,
  writableSchema,
} from './practice-facts.ts';
import { readProbe } from './probe-source.ts';
import { formatPythonError } from './python-error.ts';
import type { ProbeEvent } from './runner-frame.ts';

/** The stages of the probe, in order: where an error happened. */
export type InspectStage =
  | 'settings'
  | 'setup'
  | 'facts'
  | 'static'
  | 'checks'
  | 'changes'
  | 'practice'
  | 'logging'
  | 'pages'
  | 'templates'
  | 'environment'
  | 'writable'
  | 'assets';

/** Stages that look further than anything else needs: where one fails, nothing is known of it. */
export const extraStages: ReadonlySet<InspectStage> = new Set([
  'templates',
  'environment',
  'writable',
  'assets',
]);

/** What one look at the project gave. A part is `undefined` when its stage failed. */
export interface DjangoInspection {
  readonly facts: DjangoFacts | undefined;
  readonly messages: readonly CheckMessage[] | undefined;
  readonly changes: ModelChanges | undefined;
  readonly practice: PracticeFacts | undefined;
  readonly logging: LoggingFacts | undefined;
  readonly pages: readonly ErrorPage[] | undefined;
  readonly templates: TemplateFacts | undefined;
  /** Variables of the manifest that nothing reads. */
  readonly unread: readonly string[];
  readonly writable: WritableFacts | undefined;
  readonly assets: AssetFacts | undefined;
  readonly failures: readonly InspectFailure[];
  readonly result: RunnerResult;
}

export interface InspectFailure {
  readonly stage: InspectStage;
  readonly chain: RunnerError['chain'];
}

const eventSchema = v.variant('type', [
  v.object({ type: v.literal('stage'), name: v.string() }),
  v.object({ type: v.literal('facts'), ...factsSchema.entries }),
  v.object({ type: v.literal('checks'), messages: v.array(checkMessageSchema) }),
  v.object({ type: v.literal('changes'), ...changesSchema.entries }),
  v.object({ type: v.literal('practice'), ...practiceSchema.entries }),
  v.object({ type: v.literal('logging'), ...loggingSchema.entries }),
  v.object({ type: v.literal('pages'), ...pagesSchema.entries }),
  v.object({ type: v.literal('templates'), ...templatesSchema.entries }),
  v.object({ type: v.literal('environment'), ...environmentSchema.entries }),
  v.object({ type: v.literal('writable'), ...writableSchema.entries }),
  v.object({ type: v.literal('assets'), ...assetsSchema.entries }),
]);

/** What the probe is told of the manifest. */
export interface InspectOptions {
  /** Names of variables that somebody wrote down: is each of them read? */
  readonly variables?: readonly string[];
  /** Production’s command: the scripts it names may read them. */
  readonly command?: readonly string[];
}

/**
 * Imports the project as `manage.py check --deploy` would and asks it everything in one process:
 * settings, deployment checks, and whether models have migrations. `manage` is the path of
 * manage.py in the container, where it is not the nearest one. Throws `DJ-DJANGO-RUNNER` when the
 * probe itself fails, which this version of Django may do to it.
 */
export async function inspectDjango(
  runner: DjangoRunner,
  manage: string | undefined,
  signal: AbortSignal,
  options: InspectOptions = {},
): Promise<DjangoInspection> {
  const probe = await readProbe('inspect');
  const argv = ['check', '--deploy'];
  const result = await runner.run({ argv, manage, probe, options: { ...options } }, signal);
  const inspection = readInspection(result);
  const broken = inspection.failures.find(
    ({ stage, chain }) => isOurs(chain) && !extraStages.has(stage),
  );
  if (broken) throw probeFailure(runner, broken, result);
  return inspection;
}

/** An error raised by the probe's own line, and not by anything it called. */
function isOurs([error]: InspectFailure['chain']): boolean {
  return error?.frames.at(-1)?.file === '<djdev probe>';
}

function probeFailure(
  { ready }: DjangoRunner,
  { stage, chain: [error] }: InspectFailure,
  { tail }: RunnerResult,
): DjdevError {
  return new DjdevError('DJ-DJANGO-RUNNER', {
    message:
      `djdev cannot read the ${stage} of this project: ${error ? formatPythonError(error) : ''} ` +
      `(Django ${ready.django}, Python ${ready.python}).`,
    hint: 'This is a bug in djdev, not in your project. Please report it with the versions above.',
    output: tail,
  });
}

/** Makes sense of the probe's events. */
export function readInspection(result: RunnerResult): DjangoInspection {
  let stage: InspectStage = 'settings';
  const events = result.events.flatMap((raw) => {
    const event = v.safeParse(eventSchema, raw);
    return event.success ? [event.output] : [];
  });
  for (const event of events) {
    if (event.type === 'stage') stage = event.name as InspectStage;
  }
  const facts = events.find((event) => event.type === 'facts');
  const last = stage;
  return {
    facts: facts && { ...facts, static: readStatic(result.events) },
    messages: events.find((event) => event.type === 'checks')?.messages,
    changes: events.find((event) => event.type === 'changes'),
    practice: events.find((event) => event.type === 'practice'),
    logging: events.find((event) => event.type === 'logging'),
    pages: events.find((event) => event.type === 'pages')?.pages,
    templates: events.find((event) => event.type === 'templates'),
    unread: events.find((event) => event.type === 'environment')?.unread ?? [],
    writable: events.find((event) => event.type === 'writable'),
    assets: events.find((event) => event.type === 'assets'),
    failures: result.errors.map((error) => ({
      stage: (error.stage as InspectStage | undefined) ?? last,
      chain: error.chain,
    })),
    result,
  };
}

/** Its variants have a key of their own, so it is read apart from the others. */
function readStatic(events: readonly ProbeEvent[]): DjangoFacts['static'] {
  const event = events.find(({ type }) => type === 'static');
  const parsed = v.safeParse(staticFactsSchema, event);
  return parsed.success ? parsed.output : undefined;
}
