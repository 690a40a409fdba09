import type { ScratchPostgres } from '../../database/scratch-postgres.ts';
import type { Application } from '../application.ts';
import { checkDatabaseRestart } from '../checks/recovery.ts';
import { checkMaxRequests, checkSteadyWorkers } from '../checks/worker-settings.ts';
import { cutSessions } from '../lifecycle/cut-sessions.ts';
import { killWorker } from '../lifecycle/kill-worker.ts';
import { type GunicornSettings, readGunicornSettings } from '../lifecycle/server-settings.ts';
import { steadyPaths } from '../lifecycle/steady-paths.ts';
import { askRounds, type Trial, type Visits } from '../lifecycle/trial.ts';
import { tryOutage } from '../lifecycle/try-outage.ts';
import { tryPause } from '../lifecycle/try-pause.ts';
import { tryServiceLoss } from '../lifecycle/try-service-loss.ts';
import { watchMemory } from '../lifecycle/watch-memory.ts';
import type { RehearsalPlan } from '../plan.ts';
import { readProcessTree } from '../process-tree.ts';
import { reportFindings } from '../report-findings.ts';
import type { StartedService } from '../resources.ts';
import type { RehearsalRun, StepResult } from '../run.ts';
import { createAsk } from '../wire/ask.ts';

const roundsAfter = 3;

/** How soon an application has to serve again that has back what it had lost. */
const usualRecoveryMs = 5000;
/** A machine on which everything takes long is given as much longer. */
const slackRounds = 5;

/** What the step takes away. */
export interface RecoveryRequest {
  readonly application: Application;
  readonly server: ScratchPostgres;
  /** The services beside Postgres. */
  readonly services: readonly StartedService[];
  /** Settles when nothing else needs the services and the server any more. */
  readonly alone: Promise<unknown>;
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
  const trial: Trial = { ...visits, allowedMs: usualRecoveryMs + roundMs * slackRounds };
  const settings = await lookAtWorkers(trial);
  const cut = await cutSessions(server.address, context.signal);
  const restart = await askRounds(trial, roundsAfter);
  reportFindings(context, checkDatabaseRestart(restart));
  const told = [
    `${cut} database sessions cut, ${restart.failed} of ${restart.sent} requests failed`,
  ];
  // What fails before anything is taken away says nothing about what is.
  if (!warm.lasting && !restart.lasting) told.push(...(await takeAway(trial, request, settings)));
  return { summary: told.join('; '), value: true };
}

/** One thing after the other, so that every failure has one cause. */
async function takeAway(
  trial: Trial,
  { server, services, alone }: RecoveryRequest,
  settings: GunicornSettings | undefined,
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
  if (bytes !== undefined) {
    const measurement = { name: 'memory', value: bytes, unit: 'bytes' } as const;
    context.emit({ type: 'measurement-taken', step: 'recovery', measurement });
  }
  begin('the database is away');
  const { findings, outage } = await tryOutage(trial, server);
  reportFindings(context, findings);
  told.push(`${describeReturn(outage)} after an outage`);
  if (!outage.serves) return told;
  await alone;
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
  ]);
  return settings;
}
