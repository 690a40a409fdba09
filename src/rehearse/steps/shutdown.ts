import type { ContainerExit } from '../../engine/engine.ts';
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
  const earlyExit = await settledExit(container.exited);
  if (earlyExit) {
    reportFindings(run.context, [endedEarly(earlyExit, log.last(20))]);
    return { summary: `had ended with exit code ${earlyExit.exitCode}`, value: undefined };
  }

  const startedMs = clock.monotonicMs();
  await engine.killContainer(container.id, stopSignal, signal);
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

/** The exit of a process that has ended already. */
function settledExit(exited: Promise<ContainerExit>): Promise<ContainerExit | undefined> {
  return Promise.race([exited, Promise.resolve(undefined)]);
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
