import * as v from 'valibot';
import { type DjangoDatabase, databaseSchema } from './django-facts.ts';
import type { DjangoRunner } from './django-runner.ts';
import { readProbe } from './probe-source.ts';

const fallbackSchema = v.object({
  type: v.literal('fallback'),
  key: v.nullable(v.string()),
  databases: v.array(databaseSchema),
  settings: v.record(v.string(), v.nullable(v.string())),
});

/** Settings that import although variables are missing or differ. */
export interface Fallback {
  /** Digest of the secret key; absent when it is empty. */
  readonly key: string | undefined;
  readonly databases: readonly DjangoDatabase[];
  /** Digest of each setting of the project; `null` for one that every process makes anew. */
  readonly settings: Readonly<Record<string, string | null>>;
}

/**
 * Imports the settings once more, without the variables `unset` and with those of `change`.
 * `undefined`: they refuse, as settings for production should without what they need.
 */
export async function tryWithout(
  runner: DjangoRunner,
  {
    manage,
    unset = [],
    change = {},
  }: {
    readonly manage: string | undefined;
    readonly unset?: readonly string[];
    readonly change?: Readonly<Record<string, string>>;
  },
  signal: AbortSignal,
): Promise<Fallback | undefined> {
  const probe = await readProbe('fallback');
  const options = { unset, change };
  const { events } = await runner.run({ argv: ['check'], manage, probe, options }, signal);
  for (const event of events) {
    const parsed = v.safeParse(fallbackSchema, event);
    if (!parsed.success) continue;
    const { key, databases, settings } = parsed.output;
    return { key: key ?? undefined, databases, settings };
  }
  return undefined;
}
