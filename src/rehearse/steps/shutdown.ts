import type { ContainerExit } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { Application } from '../application.ts';
import { checkShutdown, endedEarly } from '../checks/shutdown.ts';
import type { RehearsalPlan } from '../plan.ts';
import { reportFindings } from '../report-findings.ts';
import type { RehearsalRun, StepResult } from '../run.ts';

/** Asks the application to end as a platform does, and measures whether and how it does. */
export async function runShutdown(
  run: RehearsalRun,
  plan: RehearsalPlan,
  application: Application,
): Promise<StepResult<true>> {
  const { engine, clock, emit, signal } = run.context;
  const { container, log, stopSignal } = application;
  const { graceMs } = plan.shutdown;
  log.step = 'shutdown';
  const processes = await application.processes;
  const startedMs = clock.monotonicMs();
  if (!(await sendStopSignal(run, application))) {
    const early = await container.exited;
    await log.ended;
    reportFindings(run.context, [endedEarly(early, log.last(20))]);
    return { summary: `had ended with exit code ${early.exitCode}`, value: undefined };
  }
  const exit = await withinGrace(run, container.exited, graceMs);
  const ms = clock.monotonicMs() - startedMs;
  if (exit === undefined) await engine.killContainer(container.id, 'SIGKILL', signal);
  reportFindings(
    run.context,
    checkShutdown({ signal: stopSignal, graceMs, ms, exit, processes, log: log.last(20) }),
  );
  if (exit === undefined) {
    return { summary: `killed after ${graceMs / 1000} s`, value: undefined };
  }
  emit({
    type: 'measurement-taken',
    step: 'shutdown',
    measurement: { name: 'time to end', value: Math.round(ms), unit: 'ms' },
  });
  return {
    summary: `${stopSignal}, exit code ${exit.exitCode} after ${Math.round(ms)} ms`,
    value: true,
  };
}

/** Answers `false` when the process has ended by itself before. */
async function sendStopSignal(
  { context: { engine, signal } }: RehearsalRun,
  { container, stopSignal }: Application,
): Promise<boolean> {
  try {
    await engine.killContainer(container.id, stopSignal, signal);
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
