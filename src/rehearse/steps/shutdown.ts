import type { ScratchPostgres } from '../../database/scratch-postgres.ts';
import type { ContainerExit } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { Finding } from '../../report/finding.ts';
import type { Application } from '../application.ts';
import type { ProcessLine } from '../checks/process-line.ts';
import { checkShutdown, endedEarly } from '../checks/shutdown.ts';
import { countDropped, type StopLoad } from '../checks/shutdown-load.ts';
import { checkStopTime } from '../checks/stop-arithmetic.ts';
import { judgeArithmetic } from '../lifecycle/judge-arithmetic.ts';
import { type GunicornSettings, readGunicornSettings } from '../lifecycle/server-settings.ts';
import { beginStopLoad, type StopLoadEnd } from '../lifecycle/stop-load.ts';
import type { RehearsalPlan } from '../plan.ts';
import { reportFindings } from '../report-findings.ts';
import type { RehearsalRun, StepResult } from '../run.ts';

/**
 * Asks the application to end as a platform does, while users are there, and measures whether and
 * how it does. With the run's Postgres, requests are held at work over the signal.
 */
export async function runShutdown(
  run: RehearsalRun,
  plan: RehearsalPlan,
  application: Application,
  server: ScratchPostgres | undefined,
): Promise<StepResult<true>> {
  const { clock, emit } = run.context;
  const { container, log, stopSignal } = application;
  const { graceMs } = plan.shutdown;
  log.step = 'shutdown';
  const processes = await application.processes;
  const [load, settings] = await Promise.all([
    beginStopLoad(run, { plan, application, server }),
    readGunicornSettings(run.context, container.id, processes),
  ]);
  const startedMs = clock.monotonicMs();
  if (!(await sendSignal(run, application, application.stopSignal))) {
    await load.abandon();
    const early = await container.exited;
    await log.ended;
    reportFindings(run.context, [endedEarly(early, log.last(20))]);
    return { summary: `had ended with exit code ${early.exitCode}`, value: undefined };
  }
  const ended = load.end(startedMs, container.exited);
  ended.catch(() => undefined);
  const stop = await waitForEnd(run, application, { graceMs, startedMs });
  const { exit, ms } = stop;
  reportFindings(
    run.context,
    judge({ plan, application, processes, settings, ...stop }, await ended, run),
  );
  if (exit === undefined) {
    return { summary: `killed after ${graceMs / 1000} s`, value: undefined };
  }
  emit({
    type: 'measurement-taken',
    step: 'shutdown',
    measurement: { name: 'time to end', value: Math.round(ms), unit: 'ms' },
  });
  const fates = describeFates((await ended).load);
  return {
    summary: `${stopSignal}${fates}, exit code ${exit.exitCode} after ${Math.round(ms)} ms`,
    value: true,
  };
}

interface Stopped {
  readonly plan: RehearsalPlan;
  readonly application: Application;
  readonly processes: readonly ProcessLine[];
  readonly settings: GunicornSettings | undefined;
  readonly exit: ContainerExit | undefined;
  readonly ms: number;
}

function judge(stopped: Stopped, end: StopLoadEnd, run: RehearsalRun): readonly Finding[] {
  const { plan, application, processes, settings, exit, ms } = stopped;
  const { stopSignal: signal, log } = application;
  const { graceMs } = plan.shutdown;
  return [
    ...checkShutdown({ signal, graceMs, ms, exit, processes, log: log.last(20) }),
    ...(exit === undefined ? [] : end.judge(processes, settings !== undefined)),
    ...(exit === undefined
      ? []
      : checkStopTime({ ms: ms - end.heldMs, bootMs: application.bootMs, graceMs, signal })),
    ...judgeArithmetic(run, graceMs, processes, settings),
  ];
}

/** The end, as long as the grace allows it; afterwards the process is killed. */
async function waitForEnd(
  run: RehearsalRun,
  application: Application,
  { graceMs, startedMs }: { readonly graceMs: number; readonly startedMs: number },
): Promise<Pick<Stopped, 'exit' | 'ms'>> {
  const { clock } = run.context;
  const exit = await withinGrace(run, application.container.exited, graceMs);
  const ms = clock.monotonicMs() - startedMs;
  // It may end by itself in this very moment, and has still taken too long.
  if (exit === undefined) await sendSignal(run, application, 'SIGKILL');
  return { exit, ms };
}

function describeFates(load: StopLoad | undefined): string {
  if (load === undefined) return '';
  const { underWay, answered, open, refused } = load;
  if (underWay === undefined) return ' under load, no request could be held under way';
  const dropped = countDropped(load);
  const fate = dropped === 0 ? 'all requests under way answered' : `${dropped} dropped`;
  const reset = open - answered - dropped;
  return ` under load: ${fate}, ${reset} queued ones reset, ${refused} later ones refused`;
}

/** Answers `false` when the process has ended by itself before. */
async function sendSignal(
  { context: { engine, signal } }: RehearsalRun,
  { container }: Application,
  name: string,
): Promise<boolean> {
  try {
    await engine.killContainer(container.id, name, signal);
    return true;
  } catch (error) {
    if (error instanceof DjdevError && error.code === 'DJ-CONTAINER-LOST') return false;
    throw error;
  }
}

async function withinGrace(
  { context: { clock, signal } }: RehearsalRun,
  exited: Promise<ContainerExit>,
  graceMs: number,
): Promise<ContainerExit | undefined> {
  const done = new AbortController();
  const grace = clock.sleep(graceMs, AbortSignal.any([signal, done.signal])).then(() => undefined);
  try {
    return await Promise.race([exited, grace]);
  } finally {
    grace.catch(() => undefined);
    done.abort();
  }
}
