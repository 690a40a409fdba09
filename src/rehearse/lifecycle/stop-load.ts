import type { ScratchPostgres } from '../../database/scratch-postgres.ts';
import type { Finding } from '../../report/finding.ts';
import type { Application } from '../application.ts';
import type { ProcessLine } from '../checks/process-line.ts';
import { formatEvidence } from '../checks/request-evidence.ts';
import { checkStopLoad, type StopLoad } from '../checks/shutdown-load.ts';
import type { RehearsalPlan } from '../plan.ts';
import type { RehearsalRun } from '../run.ts';
import { targetOf } from '../target/target-of.ts';
import { createAsk } from '../wire/ask.ts';
import { foldStopLoad } from './fold-stop-load.ts';
import { type HeldTables, holdTables } from './hold-tables.ts';
import { bearableRate, type LoadRequest, OpenLoop } from './open-loop.ts';
import { steadyPaths, workingPaths } from './steady-paths.ts';

/** Users at the time of the stop. */
export interface RunningStopLoad {
  /** Ends the load without a result: there was nothing to stop. */
  readonly abandon: () => Promise<void>;
  /** Goes on for a while after the signal, lets go what was held, and counts. */
  readonly end: (signalledMs: number, exited: Promise<unknown>) => Promise<StopLoadEnd>;
}

export interface StopLoadEnd {
  /** Absent when there was no page to ask for. */
  readonly load: StopLoad | undefined;
  /** How long requests were held up after the signal. */
  readonly heldMs: number;
  readonly judge: (processes: readonly ProcessLine[], isGunicorn: boolean) => readonly Finding[];
}

const mostPerSecond = 20;
/** Users that come and go before the slow moment. */
const warmUpMs = 250;
/** How long the first request that waits is itself waited for, and how long others may join it. */
const firstWaiterMs = 600;
const othersMs = 250;
/** Requests end this long after the signal; with a short grace a quarter of it. */
const longestHoldMs = 500;
/** How long new requests are sent after the signal. */
const afterwardsMs = 1500;
const pollMs = 20;
/** How long a server that lives on is waited for, and connections of one that is gone to break. */
const patienceMs = 5000;
const brokenMs = 1000;

/**
 * Starts an open-loop load of 20 requests a second, and makes a slow moment: our session locks the
 * tables, so that requests are at work when this resolves. How many is read from `pg_locks`.
 */
export async function beginStopLoad(
  run: RehearsalRun,
  what: {
    readonly plan: RehearsalPlan;
    readonly application: Application;
    readonly server: ScratchPostgres | undefined;
  },
): Promise<RunningStopLoad> {
  const { plan, application, server } = what;
  const { clock, signal } = run.context;
  const { address } = application;
  const ask = createAsk(address, plan.boot.host, signal);
  const askedMs = clock.monotonicMs();
  const paths = await workingPaths(ask, steadyPaths(run.project, application));
  if (paths.length === 0) return nobody;
  const perSecond = bearableRate((clock.monotonicMs() - askedMs) / paths.length, mostPerSecond);
  const loop = new OpenLoop({ address, host: plan.boot.host, paths, perSecond }, clock, signal);
  loop.start();
  try {
    await clock.sleep(warmUpMs, signal);
    const held = server && (await holdTables(server.address, run.context));
    const underWay = held && (await waitForWaiters(run, held));
    const releaseMs = Math.min(longestHoldMs, plan.shutdown.graceMs / 4);
    return {
      async abandon() {
        await held?.release();
        await loop.stop(0);
      },
      async end(signalledMs, exited) {
        const gone = exited.catch(() => undefined);
        await Promise.race([gone, clock.sleep(releaseMs, signal)]);
        await held?.release();
        const later = clock
          .sleep(afterwardsMs, signal)
          .then(() => patienceMs + 2 * application.bootMs);
        const requests = await loop.stop(await Promise.race([gone.then(() => brokenMs), later]));
        const isCut =
          server !== undefined && underWay !== undefined && (await wereStatementsCut(run, server));
        const counted = isCut ? undefined : underWay;
        return concludeLoad(run, application, {
          requests,
          signalledMs,
          underWay: counted,
          releaseMs,
        });
      },
    };
  } catch (error) {
    await loop.stop(0).catch(() => undefined);
    throw error;
  }
}

const nobody: RunningStopLoad = {
  abandon: async () => {},
  end: async () => await Promise.resolve({ load: undefined, heldMs: 0, judge: () => [] }),
};

/** Requests that wait in the database are at work; `undefined` when none comes to that. */
async function waitForWaiters(
  { context: { clock, signal } }: RehearsalRun,
  held: HeldTables,
): Promise<number | undefined> {
  const startedMs = clock.monotonicMs();
  let firstMs: number | undefined;
  for (;;) {
    const count = await held.countWaiters();
    const nowMs = clock.monotonicMs();
    if (count > 0) firstMs ??= nowMs;
    if (firstMs !== undefined && nowMs - firstMs > othersMs) return count > 0 ? count : undefined;
    if (firstMs === undefined && nowMs - startedMs > firstWaiterMs) return undefined;
    await clock.sleep(pollMs, signal);
  }
}

/** The application's own limits ended statements: then a 5xx says nothing about the stop. */
async function wereStatementsCut(
  { context: { engine, clock, signal } }: RehearsalRun,
  server: ScratchPostgres,
): Promise<boolean> {
  const options = { follow: false, tail: 200, sinceMs: clock.now() - 10_000 };
  for await (const { text } of engine.logs(server.containerId, options, signal)) {
    if (/canceling statement due to (statement|lock) timeout/u.test(text)) return true;
  }
  return false;
}

function concludeLoad(
  { project }: RehearsalRun,
  { address, log, stopSignal }: Application,
  seen: {
    readonly requests: readonly LoadRequest[];
    readonly signalledMs: number;
    readonly underWay: number | undefined;
    readonly releaseMs: number;
  },
): StopLoadEnd {
  const { requests, signalledMs, underWay } = seen;
  const { load, lost } = foldStopLoad(requests, signalledMs, underWay);
  const target = targetOf(project);
  const hasNoDrain = target.name !== 'docker' && target.drainMs === 0;
  return {
    load,
    heldMs: underWay === undefined ? 0 : seen.releaseMs,
    judge: (processes, isGunicorn) => {
      const evidence =
        lost === undefined
          ? ''
          : formatEvidence({
              address,
              request: lost.request,
              response: lost.response,
              differences: lost.response ? [] : ['No answer: the connection was closed.'],
              log: log.since(signalledMs),
            });
      return checkStopLoad({
        signal: stopSignal,
        load,
        processes,
        isGunicorn,
        evidence,
        platformWithoutDrain: hasNoDrain ? target.name : undefined,
      });
    },
  };
}
