import * as v from 'valibot';
import { databaseSchema } from './django-facts.ts';
import type { DjangoRunner, RunnerCall, RunnerResult } from './django-runner.ts';
import { readProbe } from './probe-source.ts';

const migrationEntries = {
  app: v.string(),
  name: v.string(),
  /** The project's, not a library's. */
  own: v.boolean(),
  /** Path in the container. */
  file: v.string(),
};

const eventSchema = v.variant('type', [
  v.object({
    type: v.literal('plan'),
    database: databaseSchema,
    migrations: v.array(v.object({ ...migrationEntries, backwards: v.boolean() })),
  }),
  v.object({ type: v.literal('migration-started'), ...migrationEntries }),
  v.object({ type: v.literal('migration-applied'), ...migrationEntries, ms: v.number() }),
  v.object({
    type: v.literal('migration-failed'),
    ...migrationEntries,
    ms: v.number(),
    /** In words, when the failure came out of an operation. */
    operation: v.nullable(v.string()),
    /** Of that operation in `file`. */
    line: v.nullable(v.number()),
  }),
]);

/** What happens during `manage.py migrate`, in order. */
export type MigrateEvent = v.InferOutput<typeof eventSchema>;
export type MigratePlan = Extract<MigrateEvent, { type: 'plan' }>;
export type AppliedStep = Extract<MigrateEvent, { type: 'migration-applied' }>;
export type FailedStep = Extract<MigrateEvent, { type: 'migration-failed' }>;

/**
 * Runs a manage.py command with the migration hook around it; commands that do not migrate just
 * run. Throws `DJ-DJANGO-RUNNER` when the runner breaks.
 */
export async function runWithMigrateEvents(
  runner: DjangoRunner,
  call: Pick<RunnerCall, 'argv' | 'manage' | 'onLine'> & {
    readonly onEvent: (event: MigrateEvent) => void;
  },
  signal: AbortSignal,
): Promise<RunnerResult> {
  const { onEvent, ...rest } = call;
  const probe = await readProbe('migrate');
  return runner.run(
    {
      ...rest,
      probe,
      onEvent: (raw) => {
        const event = v.safeParse(eventSchema, raw);
        if (event.success) onEvent(event.output);
      },
    },
    signal,
  );
}
