import type { PostgresAddress } from '../../database/postgres-session.ts';
import type { DjangoRunner } from '../../django/django-runner.ts';
import type { Application } from '../application.ts';
import { checkFirstRequest, mayBeSlow } from '../checks/first-request.ts';
import { checkLoggedWarnings } from '../checks/logged-warnings.ts';
import { checkDatabaseRestart } from '../checks/recovery.ts';
import { checkMaxRequests, checkSteadyWorkers } from '../checks/worker-settings.ts';
import { cutSessions } from '../lifecycle/cut-sessions.ts';
import { killWorker } from '../lifecycle/kill-worker.ts';
import { repeatRelease } from '../lifecycle/repeat-release.ts';
import { type GunicornSettings, readGunicornSettings } from '../lifecycle/server-settings.ts';
import { steadyPaths } from '../lifecycle/steady-paths.ts';
import { askRounds, type Trial, type Visits } from '../lifecycle/trial.ts';
import { type OtherStarts, tryOtherStarts } from '../lifecycle/try-other-starts.ts';
import { tryOutage } from '../lifecycle/try-outage.ts';
import { tryPause } from '../lifecycle/try-pause.ts';
import { tryServiceLoss } from '../lifecycle/try-service-loss.ts';
import { watchMemory } from '../lifecycle/watch-memory.ts';
import { type RehearsalPlan, webProcess } from '../plan.ts';
import { readProcessTree } from '../process-tree.ts';
import { reportFindings } from '../report-findings.ts';
import type { StartedService } from '../resources.ts';
import type { RehearsalRun, StepResult } from '../run.ts';
import { createAsk } from '../wire/ask.ts';

const roundsAfter = 3;

/** How soon an application has to serve again that has back what it had lost. */
const usualRecoveryMs = 5000;
/** A machine on which everything takes long is given as much longer. */
const slackBoots = 2;
const slackRounds = 3;

/** What the step takes away. */
export interface RecoveryRequest extends Pick<
  OtherStarts,
  'server' | 'image' | 'seed' | 'environmentOn'
> {
  readonly application: Application;
  /** The services beside Postgres. */
  readonly services: readonly StartedService[];
  /** Absent: the image has no Python. */
  readonly runner: DjangoRunner | undefined;
  /** How long the first answer of each page took, in milliseconds. */
  readonly firstMs: ReadonlyMap<string, number>;
}

/** Cuts what production loses from time to time, and looks whether users would notice. */
export async function runRecovery(
  run: RehearsalRun,
  plan: RehearsalPlan,
  request: RecoveryRequest,
): Promise<StepResult<true>> {
  const { application, server } = request;
  const { context } = run;
  application.log.step = 'recovery';
  const { host } = plan.boot;
  const visits: Visits = {
    run,
    application,
    host,
    ask: createAsk(application.address, host, context.signal),
    paths: steadyPaths(run.project, application),
  };
  if (visits.paths.length === 0) return { summary: 'no page to ask for', value: true };
  const warmMs = context.clock.monotonicMs();
  const warm = await askRounds(visits, 1);
  const roundMs = context.clock.monotonicMs() - warmMs;
  const slackMs = roundMs * slackRounds + application.bootMs * slackBoots;
  const trial: Trial = {
    ...visits,
    allowedMs: usualRecoveryMs + slackMs,
    answerMs: roundMs / warm.sent,
  };
  await lookAtFirstVisits(trial, request.firstMs);
  const [settings, isRepeatable] = await Promise.all([
    lookAtWorkers(trial),
    request.runner && repeatRelease(run, request.runner, plan.release),
  ]);
  const { count, closed } = await cutSessions(server.address, context.signal);
  // What fails before anything is taken away says nothing about what is.
  const others = warm.lasting ? Promise.resolve([]) : startOthers(trial, plan, request, closed);
  others.catch(() => undefined);
  try {
    const restart = await askRounds(trial, roundsAfter);
    reportFindings(context, checkDatabaseRestart(restart));
    const told = [
      ...(isRepeatable === true && plan.release.length > 0 ? ['released twice'] : []),
      `${count} database sessions cut, ${restart.failed} of ${restart.sent} requests failed`,
    ];
    const isSteady = !warm.lasting && !restart.lasting;
    if (isSteady) told.push(...(await takeAway(trial, request, settings, others)));
    return { summary: [...told, ...(await others)].join('; '), value: true };
  } finally {
    // What is being started is somebody's to end, whichever way this goes.
    await others.catch(() => undefined);
  }
}

/** One thing after the other, so that every failure has one cause. */
async function takeAway(
  trial: Trial,
  { server, services }: RecoveryRequest,
  settings: GunicornSettings | undefined,
  others: Promise<unknown>,
): Promise<readonly string[]> {
  const { context } = trial.run;
  const told: string[] = [];
  const begin = (text: string): void =>
    context.emit({ type: 'step-progressed', step: 'recovery', text });
  begin('a worker is killed');
  const killed = await killWorker(trial);
  if (killed) told.push(`a worker killed, ${killed.failed} of ${killed.sent} failed`);
  if (killed?.lasting === true) return told;
  begin('memory under requests');
  const memory = await watchMemory(trial, settings);
  reportFindings(context, memory.findings);
  const { bytes } = memory;
  if (bytes === undefined) told.push('memory could not be read');
  else {
    const measurement = { name: 'memory', value: bytes, unit: 'bytes' } as const;
    context.emit({ type: 'measurement-taken', step: 'recovery', measurement });
  }
  begin('the database is away');
  const { findings, outage } = await tryOutage(trial, server);
  reportFindings(context, findings);
  told.push(`${describeReturn(outage)} after an outage`);
  if (!outage.serves) return told;
  // They live on the same server and services.
  await others;
  begin('the database is silent');
  const paused = await tryPause(trial, server);
  reportFindings(context, paused?.findings ?? []);
  told.push(
    paused ? `${describeReturn(paused.pause)} after a silence` : 'no silence could be made',
  );
  if (paused?.pause.serves === false) return told;
  for (const service of services) {
    begin(`${service.name} is away`);
    const loss = await tryServiceLoss(trial, service);
    told.push(`${describeReturn(loss)} after the loss of ${service.name}`);
    if (!loss.serves) break;
  }
  return told;
}

function describeReturn({
  serves,
  backMs,
}: {
  readonly serves: boolean;
  readonly backMs: number;
}): string {
  return serves
    ? `well ${(backMs / 1000).toFixed(1)} s`
    : `not well ${(backMs / 1000).toFixed(0)} s`;
}

async function startOthers(
  { run, application }: Trial,
  plan: RehearsalPlan,
  { server, image, seed, environmentOn }: RecoveryRequest,
  closed: PostgresAddress | undefined,
): Promise<readonly string[]> {
  const { container, bootMs } = application;
  const web = webProcess(run.project);
  const placed = { server, image, seed, environmentOn, web, containerId: container.id };
  return await tryOtherStarts({ run, plan, bootMs, ...placed }, closed);
}

const laterVisits = 3;

/** Asks again for pages that took long the first time. */
async function lookAtFirstVisits(
  { run, ask, application }: Trial,
  firstMs: RecoveryRequest['firstMs'],
): Promise<void> {
  for (const [path, first] of firstMs) {
    if (!mayBeSlow(first, application.bootMs)) continue;
    let warmMs = first;
    for (let count = 0; count < laterVisits; count += 1) {
      warmMs = Math.min(warmMs, (await ask({ path })).response?.ms ?? warmMs);
    }
    reportFindings(run.context, checkFirstRequest({ path, firstMs: first, warmMs }));
  }
}

/** Whether the workers of the boot are still there, and how they are recycled. */
async function lookAtWorkers({
  run: { context },
  application,
}: Trial): Promise<GunicornSettings | undefined> {
  const { container, log, bootedMs } = application;
  const before = await application.processes;
  const [after, settings] = await Promise.all([
    readProcessTree(context, container.id),
    readGunicornSettings(context, container.id, before),
  ]);
  const seconds = (context.clock.monotonicMs() - bootedMs) / 1000;
  reportFindings(context, [
    ...checkSteadyWorkers({ before, after, seconds, log: log.since(bootedMs) }),
    ...(settings ? checkMaxRequests(settings) : []),
    ...checkLoggedWarnings(log.last(500)),
  ]);
  return settings;
}
