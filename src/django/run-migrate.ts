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
  v.object({
    type: v.literal('migration-started'),
    ...migrationEntries,
    /** Epoch milliseconds by the container's clock, as in all events. */
    at: v.number(),
    atomic: v.boolean(),
    /** Empty when nothing is observed. */
    operations: v.array(
      v.object({ description: v.string(), kind: v.string(), line: v.nullable(v.number()) }),
    ),
  }),
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
  v.object({
    type: v.literal('transaction-began'),
    at: v.number(),
    pid: v.number(),
    baseline: v.optional(v.string()),
  }),
  v.object({
    type: v.literal('transaction-ended'),
    at: v.number(),
    how: v.picklist(['commit', 'rollback']),
  }),
  v.object({
    type: v.literal('statement'),
    at: v.number(),
    ms: v.number(),
    sql: v.string(),
    times: v.number(),
    /** Index into the operations of the migration. */
    operation: v.nullable(v.number()),
    deferred: v.boolean(),
    inTransaction: v.boolean(),
    state: v.optional(v.string()),
    catalog: v.optional(v.string()),
    pid: v.optional(v.number()),
    error: v.optional(v.string()),
    sqlState: v.nullish(v.string()),
  }),
  v.object({
    type: v.literal('catalog'),
    catalog: v.string(),
    /** That it is about; `null`: all. */
    tables: v.nullable(v.array(v.number())),
  }),
]);

/** What happens during `manage.py migrate`, in order. */
export type MigrateEvent = v.InferOutput<typeof eventSchema>;
export type MigratePlan = Extract<MigrateEvent, { type: 'plan' }>;
export type AppliedStep = Extract<MigrateEvent, { type: 'migration-applied' }>;
export type FailedStep = Extract<MigrateEvent, { type: 'migration-failed' }>;

/** Statements of SQL for `probes/observe.py`, and the database that they are for. */
export interface ObserveOptions {
  readonly host: string;
  readonly name: string;
  /** Empty: only times are taken. */
  readonly state: string;
  readonly baseline: string;
  /** With `places` times `%s` for an array of oids. */
  readonly catalog: string;
  readonly places: number;
  /** Of all tables that existed before. */
  readonly catalogs: string;
  /** Asking for the state has the server count anew in the next transaction. */
  readonly flushes: boolean;
}

/** Names like `shop.0002_total`. */
export type MigrationChoice =
  /** These; without any, the command ends when it has told its plan. */
  | { readonly only: readonly string[] }
  /** All but these and what depends on them. */
  | { readonly hold: readonly string[] };

/**
 * Runs a manage.py command with the migration hook around it; commands that do not migrate just
 * run. Throws `DJ-DJANGO-RUNNER` when the runner breaks.
 */
export async function runWithMigrateEvents(
  runner: DjangoRunner,
  call: Pick<RunnerCall, 'argv' | 'manage' | 'environment' | 'onLine'> & {
    readonly onEvent: (event: MigrateEvent) => void;
    /** Looks into the session that migrates, too. */
    readonly observe?: ObserveOptions | undefined;
    /** Which of the planned migrations are applied; all of them without it. */
    readonly choose?: MigrationChoice | undefined;
  },
  signal: AbortSignal,
): Promise<RunnerResult> {
  const { onEvent, observe, choose, ...rest } = call;
  const probe = await readProbe('migrate');
  return runner.run(
    {
      ...rest,
      probe,
      options: { ...(observe && { observe }), ...(choose && { choose }) },
      onEvent: (raw) => {
        const { steps } = raw;
        for (const one of raw.type === 'observed' && Array.isArray(steps) ? steps : [raw]) {
          const event = v.safeParse(eventSchema, one);
          if (event.success) onEvent(event.output);
        }
      },
    },
    signal,
  );
}
