import * as v from 'valibot';
import { DjdevError } from '../errors/djdev-error.ts';
import type { DjangoRunner } from './django-runner.ts';
import { readProbe } from './probe-source.ts';
import { formatPythonError } from './python-error.ts';
import type { SweepCall } from './run-sweep.ts';

const migration = { app: v.string(), name: v.string() };

const eventSchema = v.variant('type', [
  v.object({ type: v.literal('reversed'), ...migration }),
  /** `operation` as Django describes it. */
  v.object({ type: v.literal('irreversible'), ...migration, operation: v.string() }),
  v.object({ type: v.literal('reverse-failed'), ...migration, error: v.string() }),
]);

/** What became of one migration that was taken back. */
export type ReversedMigration = v.InferOutput<typeof eventSchema>;

/**
 * Takes back migrations on a database, the last one first; those that others need which cannot be
 * taken back are left out. Throws `DJ-DJANGO-RUNNER` when the project cannot be loaded.
 */
export async function runReverse(
  runner: DjangoRunner,
  { manage, environment }: SweepCall,
  applied: readonly { readonly app: string; readonly name: string }[],
  signal: AbortSignal,
): Promise<readonly ReversedMigration[]> {
  const probe = await readProbe('reverse');
  const options = { migrations: applied.map(({ app, name }) => [app, name]) };
  const call = { argv: ['migrate'], manage, probe, environment, options };
  const { exitCode, errors, events, tail } = await runner.run(call, signal);
  const error = errors[0]?.chain[0];
  if (exitCode !== 0) {
    throw new DjdevError('DJ-DJANGO-RUNNER', {
      message: `The migrations cannot be taken back: ${error ? formatPythonError(error) : 'the process ended'}.`,
      hint: 'Run the command again with --verbose to see the output of Django.',
      output: tail.slice(-20),
    });
  }
  return events.flatMap((event) => {
    const parsed = v.safeParse(eventSchema, event);
    return parsed.success ? [parsed.output] : [];
  });
}
