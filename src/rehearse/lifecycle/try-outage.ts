import type { ScratchPostgres } from '../../database/scratch-postgres.ts';
import type { Finding } from '../../report/finding.ts';
import { checkBlindHealth, checkOutage, type Outage } from '../checks/outage.ts';
import type { Answered } from '../wire/ask.ts';
import { withoutDatabase } from './cut-sessions.ts';
import { bearableRate, OpenLoop } from './open-loop.ts';
import { describeFailure, isFailure, type Trial, waitUntilServing } from './trial.ts';

const mostPerSecond = 20;
/** Long enough for every worker to meet the outage. */
const outageMs = 700;
/** How long the health URL is waited for beyond that. */
const healthMs = 300;
/** Requests of the outage that nobody answers any more. */
const patienceMs = 10_000;

/** What an outage under load has shown. */
export interface TriedOutage {
  readonly findings: readonly Finding[];
  readonly outage: Outage;
}

/** Takes the database away while users go on asking, and looks how soon all is well again. */
export async function tryOutage(trial: Trial, server: ScratchPostgres): Promise<TriedOutage> {
  const { context } = trial.run;
  const { clock, signal } = context;
  const { application, host, paths } = trial;
  const perSecond = bearableRate(trial.answerMs, mostPerSecond);
  const load = new OpenLoop(
    { address: application.address, host, paths, perSecond },
    clock,
    signal,
  );
  load.start();
  const startedMs = clock.monotonicMs();
  const health = await withoutDatabase(server.address, signal, async () => {
    await clock.sleep(outageMs / 2, signal);
    const asked = askHealth(trial);
    await clock.sleep(outageMs / 2, signal);
    // Who gives no answer by then is not well either.
    return await Promise.race([asked, clock.sleep(healthMs, signal).then(() => undefined)]);
  });
  const backMs = clock.monotonicMs();
  const [recovered, requests] = await Promise.all([waitUntilServing(trial), load.stop(patienceMs)]);
  const during = requests.filter(({ sentMs }) => sentMs < backMs);
  const failed = during.map(({ request, response }) => ({ request, response })).filter(isFailure);
  const outage = {
    sent: during.length,
    failed: failed.length,
    ...recovered,
  };
  const pages = new Set(failed.map(({ request }) => request.path));
  return {
    outage,
    findings: [
      ...checkOutage(outage),
      ...checkBlindHealth({
        path: application.health?.path ?? '',
        status: health?.response?.status,
        failedPages: [...pages].filter((path) => path !== application.health?.path),
        evidence: describeFailure(trial, failed[0], startedMs),
      }),
    ],
  };
}

/** As a platform's probe asks, at the end of the outage. */
async function askHealth({ application, ask }: Trial): Promise<Answered | undefined> {
  const path = application.health?.path;
  return path === undefined ? undefined : await ask({ path });
}
