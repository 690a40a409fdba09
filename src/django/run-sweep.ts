import * as v from 'valibot';
import type { EnvironmentValues } from '../engine/engine.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import type { DjangoRunner, RunnerResult } from './django-runner.ts';
import { readProbe } from './probe-source.ts';
import { formatPythonError } from './python-error.ts';

const operationSchema = v.picklist(['select', 'insert', 'insert-required', 'update', 'delete']);

const sweptSchema = v.object({
  type: v.literal('swept'),
  /** `shop.Order`. */
  model: v.string(),
  table: v.string(),
  failures: v.array(
    v.object({
      operation: operationSchema,
      error: v.string(),
      sqlstate: v.nullable(v.string()),
    }),
  ),
  /** Operations that could not be tried. */
  skipped: v.array(v.object({ operation: operationSchema, reason: v.string() })),
});

/** One model on the schema that the database has. */
export type SweptModel = v.InferOutput<typeof sweptSchema>;

/** Where the sweep finds the project and which database it goes to. */
export interface SweepCall {
  /** Path of manage.py in the container; the nearest one when left out. */
  readonly manage: string | undefined;
  /** Variables that differ from those of the runner: another database. */
  readonly environment: EnvironmentValues;
}

/**
 * Tries every model of the runner's code on a database: selects, inserts, updates and deletes,
 * each rolled back, without signals and without the application's own save(). Throws
 * `DJ-DJANGO-RUNNER` when the models cannot be loaded or the database cannot be reached.
 */
export async function runSweep(
  runner: DjangoRunner,
  { manage, environment }: SweepCall,
  signal: AbortSignal,
): Promise<readonly SweptModel[]> {
  const probe = await readProbe('sweep');
  const result = await runner.run({ argv: ['check'], manage, probe, environment }, signal);
  if (!result.events.some(({ type }) => type === 'sweep-ended')) throw sweepFailed(result);
  return result.events.flatMap((event) => {
    const parsed = v.safeParse(sweptSchema, event);
    return parsed.success ? [parsed.output] : [];
  });
}

function sweepFailed({ errors, tail }: RunnerResult): DjdevError {
  const error = errors[0]?.chain[0];
  return new DjdevError('DJ-DJANGO-RUNNER', {
    message: `The models cannot be tried: ${error ? formatPythonError(error) : 'the process ended'}.`,
    hint: 'Run the command again with --verbose to see the output of Django.',
    output: tail.slice(-20),
  });
}
