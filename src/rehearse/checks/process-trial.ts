import type { ContainerExit } from '../../engine/engine.ts';
import type { Finding } from '../../report/finding.ts';
import { condenseLog } from './condense-log.ts';
import { explainCrash } from './explain-crash.ts';
import { describeProcesses, type ProcessLine } from './process-line.ts';
import { explainStop } from './stop-hint.ts';

/** A process beside the web process, from its start to its end. */
export interface ProcessTrial {
  readonly name: string;
  readonly signal: string;
  readonly graceMs: number;
  readonly processes: readonly ProcessLine[];
  /** Present when it ended before anybody asked it to. */
  readonly early?: ContainerExit;
  /** Absent when it had to be killed, or ended early. */
  readonly exit?: ContainerExit | undefined;
  /** From the signal to the end, or to the kill. */
  readonly ms: number;
  /** A job of a Celery worker that was running at the signal; absent when there was none. */
  readonly job: { readonly isAcknowledgedLate: boolean; readonly isDone: boolean } | undefined;
  readonly log: readonly string[];
}

/** What a deployment means to the processes that nobody visits. */
export function checkProcess(trial: ProcessTrial): readonly Finding[] {
  if (trial.early) return [crashed(trial, trial.early)];
  const { exit, job } = trial;
  const isLost = job !== undefined && !job.isDone && !job.isAcknowledgedLate;
  return [...(exit === undefined ? [notStopped(trial)] : []), ...(isLost ? [jobLost(trial)] : [])];
}

function crashed({ name, log }: ProcessTrial, exit: ContainerExit): Finding {
  return {
    code: 'process-crashed',
    level: 'fail',
    step: 'recovery',
    title: `The process ${name} ended by itself with exit code ${exit.exitCode}.`,
    detail: describeLog(log).join('\n'),
    hint: explainCrash(exit, log),
  };
}

function notStopped({ name, signal, graceMs, ms, processes, log }: ProcessTrial): Finding {
  return {
    code: 'process-killed',
    level: 'fail',
    step: 'recovery',
    title: `The process ${name} did not end within ${graceMs / 1000} s of ${signal}.`,
    detail: [...describeProcesses(processes), ...describeLog(log)].join('\n'),
    hint:
      explainStop(processes) ??
      'As PID 1 it needs a handler for the signal: without one the kernel ignores it. A worker that ' +
        'waits for its jobs needs a longer grace than the longest of them.',
    measurement: { name: `time to end of ${name}`, value: Math.round(ms), unit: 'ms' },
  };
}

function jobLost({ name, signal, processes, log }: ProcessTrial): Finding {
  return {
    code: 'job-lost',
    level: 'fail',
    step: 'recovery',
    title: `A job that ${name} is at is lost at ${signal}.`,
    detail: [
      'The job was acknowledged when it began, so nobody does it again.',
      ...describeProcesses(processes),
      ...describeLog(log),
    ].join('\n'),
    hint:
      `${explainStop(processes) ?? 'Let the worker get SIGTERM, on which Celery finishes what it is at.'} ` +
      'And for the worst case: CELERY_TASK_ACKS_LATE = True, CELERY_TASK_REJECT_ON_WORKER_LOST = True.',
  };
}

function describeLog(log: readonly string[]): readonly string[] {
  if (log.length === 0) return ['It wrote nothing.'];
  return ['Its last lines:', ...condenseLog(log).map((line) => `  ${line}`)];
}
