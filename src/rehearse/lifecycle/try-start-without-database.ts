import { quoteName } from '../../database/data/golden-template.ts';
import { type PostgresAddress, withPostgresSession } from '../../database/postgres-session.ts';
import type { ContainerExit } from '../../engine/engine.ts';
import { checkLateDatabase, checkQuietEnd } from '../checks/start-without-database.ts';
import type { HealthOutcome } from '../health/wait-for-health.ts';
import { reportFindings } from '../report-findings.ts';
import { type Replica, seedsOf, startReplica, waitForReplica } from './start-replica.ts';
import type { OtherStarts } from './try-other-starts.ts';

/** How long an application is watched that has no database, at least; a slow one longer. */
const leastWatchedMs = 2000;
/** How long it may take once the database is there, beside what a start takes. */
const patienceMs = 15_000;

/**
 * Starts a container whose database refuses every session, and lets it in later. To end at once
 * and to wait are both right; to serve badly for ever is not. Answers what to say of it.
 */
export async function tryStartWithoutDatabase(
  starts: OtherStarts,
  database: PostgresAddress,
): Promise<string> {
  const { run, image, web } = starts;
  const { context } = run;
  const request = {
    role: 'without-database',
    process: web,
    image,
    environment: starts.environmentOn(database.database),
    seeds: seedsOf(starts.seed),
  };
  await using replica = await startReplica(run, request);
  const watchedMs = Math.max(leastWatchedMs, 2 * starts.bootMs);
  const early = await waitForEarly(starts, replica, watchedMs);
  if (early !== undefined) {
    await replica.log.ended;
    reportFindings(context, checkQuietEnd(early, replica.log.last(20)));
    return `without the database it ends with exit code ${early.exitCode}`;
  }
  await letIn(database, context.signal);
  const backMs = context.clock.monotonicMs();
  const deadlineMs = patienceMs + 3 * starts.bootMs;
  const outcome = await waitUntilHealthy(starts, replica, deadlineMs);
  const isHealthy = outcome.type === 'healthy';
  const seconds = (context.clock.monotonicMs() - backMs) / 1000;
  reportFindings(
    context,
    isHealthy || outcome.type === 'ended'
      ? []
      : checkLateDatabase({ seconds, answer: describe(outcome), log: replica.log.last(20) }),
  );
  if (!isHealthy) return 'started without the database it never serves';
  return `started without the database it serves ${seconds.toFixed(1)} s after that is there`;
}

/** Its end, when it comes while the database is away. */
async function waitForEarly(
  { run: { context } }: OtherStarts,
  { ended }: Replica,
  watchedMs: number,
): Promise<ContainerExit | undefined> {
  const done = new AbortController();
  const signal = AbortSignal.any([context.signal, done.signal]);
  const watched = context.clock.sleep(watchedMs, signal).then(() => undefined);
  try {
    return await Promise.race([ended, watched]);
  } finally {
    watched.catch(() => undefined);
    done.abort();
  }
}

async function letIn({ ...address }: PostgresAddress, signal: AbortSignal): Promise<void> {
  const elsewhere = { ...address, database: 'postgres' };
  await withPostgresSession(elsewhere, signal, async (query) => {
    await query(`ALTER DATABASE ${quoteName(address.database)} WITH ALLOW_CONNECTIONS true`);
  });
}

/** Errors are asked again until the deadline: a pool may need a moment to try again. */
async function waitUntilHealthy(
  starts: OtherStarts,
  replica: Replica,
  deadlineMs: number,
): Promise<HealthOutcome> {
  const { clock } = starts.run.context;
  const startedMs = clock.monotonicMs();
  for (;;) {
    const leftMs = deadlineMs - (clock.monotonicMs() - startedMs);
    const outcome = await waitForReplica(starts.run, starts.plan, replica, {
      image: starts.image,
      process: starts.web,
      deadlineMs: Math.max(1, leftMs),
    });
    const isOver = clock.monotonicMs() - startedMs >= deadlineMs;
    if (outcome.type !== 'unhealthy' || outcome.response.status < 500 || isOver) return outcome;
  }
}

function describe(outcome: HealthOutcome): string {
  if (outcome.type !== 'unhealthy') return 'It does not answer.';
  return `${outcome.request.path} answers ${outcome.response.status}.`;
}
