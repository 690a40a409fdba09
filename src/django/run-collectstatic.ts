import * as v from 'valibot';
import type { DjangoRunner, RunnerCall, RunnerResult } from './django-runner.ts';
import { readProbe } from './probe-source.ts';

const collectedSchema = v.object({
  type: v.literal('collected'),
  /** Where it collected to; `null` for storages that are not directories. */
  root: v.nullable(v.string()),
  /** In `root` afterwards. */
  files: v.number(),
  bytes: v.number(),
  copied: v.number(),
  unmodified: v.number(),
  processed: v.number(),
});

/** What `collectstatic` did. */
type CollectedStatic = v.InferOutput<typeof collectedSchema>;

export interface CollectstaticResult {
  /** `undefined` when it failed. */
  readonly collected: CollectedStatic | undefined;
  readonly result: RunnerResult;
}

/**
 * Runs the project's collectstatic with its own storage. `elsewhere`: into a new directory in
 * place of STATIC_ROOT. Throws `DJ-DJANGO-RUNNER` when the runner breaks.
 */
export async function runCollectstatic(
  runner: DjangoRunner,
  call: Pick<RunnerCall, 'argv' | 'manage' | 'onLine'> & { readonly elsewhere: boolean },
  signal: AbortSignal,
): Promise<CollectstaticResult> {
  const { elsewhere, ...rest } = call;
  const probe = await readProbe('collect');
  const result = await runner.run({ ...rest, probe, options: { elsewhere } }, signal);
  const events = result.events.map((event) => v.safeParse(collectedSchema, event));
  const collected = events.find((event) => event.success)?.output;
  return { collected: result.exitCode === 0 ? collected : undefined, result };
}
