import type { Clock } from '../../context/clock.ts';
import { type PostgresAddress, withPostgresSession } from '../postgres-session.ts';
import { Canaries } from './canaries.ts';
import type { CanaryTry } from './canary-log.ts';
import type { CatalogTable } from './catalog.ts';
import { type LockSamples, SampleRecorder, samplesQuery } from './lock-samples.ts';

/** Names of djdev's own sessions that look on. */
const watcherApplication = 'djdev watcher';

/** While a lock is young: then its beginning and its end are worth knowing. */
const alertEveryMs = 5;
const calmEveryMs = 10;
const steadyEveryMs = 20;
const youngMs = 100;

/** What djdev's own sessions saw from outside. */
export interface WatchRecord extends LockSamples {
  readonly canaries: readonly CanaryTry[];
}

export interface DatabaseWatch {
  /** Ends the sessions and hands over what they saw. */
  stop(): Promise<WatchRecord>;
}

const nothing: WatchRecord = { locks: [], waits: [], canaries: [] };

interface WatchOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** That exist and whose users matter; without any, there is nobody to wait. */
  readonly tables: readonly CatalogTable[];
  /** Whether reads and writes are tried; locks are sampled anyway. */
  readonly canaries: boolean;
}

/**
 * Looks at locks from a session of its own every few milliseconds, and tries reads and writes of each table,
 * those first on which somebody holds a lock. A session that breaks off ends its part of the
 * record: observing must not stop what is observed.
 */
export async function watchDatabase(
  address: PostgresAddress,
  { clock, signal, tables, canaries }: WatchOptions,
): Promise<DatabaseWatch> {
  if (tables.length === 0) return { stop: () => Promise.resolve(nothing) };
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const recorder = new SampleRecorder();
  const watcher = { ...address, application: watcherApplication };
  const birds = canaries ? new Canaries(watcher, tables, { clock, signal: until }) : undefined;
  const ready = Promise.withResolvers<void>();
  const sampling = withPostgresSession(watcher, until, async (query) => {
    await query('SET jit = off');
    while (!over.signal.aborted) {
      const rows = await query(samplesQuery);
      const foreign = rows.filter(({ application }) => application !== watcherApplication);
      recorder.add(foreign, clock.now());
      birds?.warn(recorder.held());
      ready.resolve();
      await clock.sleep(chooseInterval(recorder.heldForMs(clock.now())), until);
    }
  })
    .catch(() => undefined)
    .finally(() => ready.resolve());
  await ready.promise;
  return {
    async stop() {
      over.abort(new Error('The watch is over.'));
      await Promise.all([sampling, birds?.ended()]);
      return { ...recorder.read(), canaries: birds?.tries ?? [] };
    },
  };
}

/** `heldForMs`: of the youngest lock that keeps others out; `undefined` without any. */
function chooseInterval(heldForMs: number | undefined): number {
  if (heldForMs === undefined) return calmEveryMs;
  return heldForMs < youngMs ? alertEveryMs : steadyEveryMs;
}
