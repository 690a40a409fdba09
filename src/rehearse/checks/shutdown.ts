import type { ContainerExit } from '../../engine/engine.ts';
import { condenseLog } from './condense-log.ts';
import type { Finding } from '../../report/finding.ts';
import { describeProcesses, type ProcessLine } from './process-line.ts';
import { explainStop } from './stop-hint.ts';

/** How the production process took the request to end. */
export interface Shutdown {
  /** `SIGTERM`, or the image's STOPSIGNAL. */
  readonly signal: string;
  readonly graceMs: number;
  readonly ms: number;
  /** Absent when it had to be killed. */
  readonly exit: ContainerExit | undefined;
  /** PID 1 and its descendants before the signal; empty when unknown. */
  readonly processes: readonly ProcessLine[];
  /** The application's last lines. */
  readonly log: readonly string[];
}

/** What a deployment would notice of the way the application ends. */
export function checkShutdown(shutdown: Shutdown): readonly Finding[] {
  const { exit } = shutdown;
  if (exit === undefined) return [killed(shutdown)];
  return exit.exitCode === 0 ? [] : [endedBadly(shutdown, exit)];
}

/** The process was gone before anybody asked it to end. */
export function endedEarly({ exitCode }: ContainerExit, log: readonly string[]): Finding {
  return {
    code: 'shutdown-exit-code',
    level: 'fail',
    step: 'shutdown',
    title: `The production process ended by itself with exit code ${exitCode}.`,
    detail: ['It had answered before.', ...describeLog(log)].join('\n'),
    hint: 'Look for what ended it in the lines above; a request of the smoke step may have.',
  };
}

function killed(shutdown: Shutdown): Finding {
  const { signal, graceMs, processes } = shutdown;
  return {
    code: 'shutdown-killed',
    level: 'fail',
    step: 'shutdown',
    title: `The production process did not end within ${graceMs / 1000} s of ${signal}.`,
    detail: [
      'It was killed, as a platform would do: requests under way are lost, and every deploy takes ' +
        'that long.',
      ...describeProcesses(processes),
      ...describeLog(shutdown.log),
    ].join('\n'),
    hint: explainDeafness(shutdown),
    measurement: { name: 'time to end', value: Math.round(shutdown.ms), unit: 'ms' },
  };
}

function endedBadly(shutdown: Shutdown, { exitCode, outOfMemory }: ContainerExit): Finding {
  const explanation = explainExitCode(exitCode, outOfMemory, shutdown);
  return {
    code: 'shutdown-exit-code',
    level: explanation.level,
    step: 'shutdown',
    title: `The production process ended with exit code ${exitCode} after ${shutdown.signal}.`,
    detail: [
      explanation.meaning,
      ...describeProcesses(shutdown.processes),
      ...describeLog(shutdown.log),
    ].join('\n'),
    hint: explanation.hint,
  };
}

function explainExitCode(
  exitCode: number,
  outOfMemory: boolean,
  shutdown: Shutdown,
): { level: Finding['level']; meaning: string; hint: string } {
  if (exitCode === 137) {
    return {
      level: 'fail',
      meaning: outOfMemory
        ? '137 is 128 + SIGKILL: it was killed for lack of memory.'
        : '137 is 128 + SIGKILL: it was killed while it was ending.',
      hint: 'Look for what kills it: a memory limit, or a supervisor with a short patience.',
    };
  }
  if (exitCode > 128 && exitCode < 160) {
    return {
      level: 'warn',
      meaning:
        `${exitCode} is 128 + ${exitCode - 128}: the signal itself ended it, nothing handled it. ` +
        'Requests under way are dropped.',
      hint:
        explainStop(shutdown.processes) ??
        'Let the server be PID 1, or let what is PID 1 pass the signal on and wait.',
    };
  }
  return {
    level: 'fail',
    meaning: `0 means a clean end. ${exitCode} is an error of the process while it was ending.`,
    hint: 'The last lines of its log say what failed, often a hook that runs at exit.',
  };
}

function explainDeafness({ processes, signal }: Shutdown): string {
  const explained = explainStop(processes);
  if (explained !== undefined) return explained;
  const [first] = processes;
  if (first?.command.some((word) => word === 'runserver')) {
    return 'runserver is no production server and ignores the signal as PID 1. Use gunicorn or uvicorn.';
  }
  if (first?.command.some((word) => /(^|\/)uwsgi$/u.test(word))) {
    return 'uWSGI reloads on SIGTERM instead of ending. Set die-on-term = true.';
  }
  return (
    `The process got ${signal} and went on. As PID 1 it needs a handler for it; gunicorn waits for ` +
    'requests under way up to --graceful-timeout, so that must be shorter than the grace time.'
  );
}

function describeLog(log: readonly string[]): readonly string[] {
  if (log.length === 0) return [];
  return ['Its last lines:', ...condenseLog(log).map((line) => `  ${line}`)];
}
