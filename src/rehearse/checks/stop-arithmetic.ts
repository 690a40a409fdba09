import type { Finding } from '../../report/finding.ts';

/** How long a server may take to end, against how long it is given. */
export interface StopArithmetic {
  readonly graceMs: number;
  /** From the platform's file, the manifest or Docker: `docker stop`. */
  readonly graceFrom: string;
  /** The server's own limit for requests under way; `undefined`: it waits without an end. */
  readonly patienceMs: number | undefined;
  /** As a person writes it: `--graceful-timeout`. */
  readonly option: string;
  /** Somebody chose it, or the limit of a request beside it: it is no default. */
  readonly isChosen: boolean;
}

/** A server that may take longer than the grace is killed with the requests it waits for. */
export function checkStopArithmetic(stop: StopArithmetic): readonly Finding[] {
  const { graceMs, patienceMs, option, isChosen, graceFrom } = stop;
  if (!isChosen || patienceMs === undefined || patienceMs < graceMs) return [];
  const shorter = Math.max(1, Math.floor((graceMs / 1000) * 0.8));
  return [
    {
      code: 'grace-too-short',
      level: 'warn',
      step: 'shutdown',
      title: `The server waits up to ${patienceMs / 1000} s for requests under way, and is killed after ${graceMs / 1000} s.`,
      detail: `${option} is ${patienceMs / 1000} s; the grace of ${graceFrom} is ${graceMs / 1000} s. A request that takes longer than the grace is cut off by SIGKILL, and the exit code is 137.`,
      hint: `${option} ${shorter}, or a longer grace on the platform, which rehearse.grace then names.`,
      measurement: { name: 'grace', value: graceMs, unit: 'ms' },
    },
  ];
}

/** At least this long: a busy machine alone is no reason to speak. */
const leastSlowMs = 3000;

/**
 * An end that uses up more than half of what it is given, and takes twice as long as the start did;
 * `ms` is without what we held it up.
 */
export function checkStopTime(stop: {
  readonly ms: number;
  readonly bootMs: number;
  readonly graceMs: number;
  readonly signal: string;
}): readonly Finding[] {
  const { ms, bootMs, graceMs, signal } = stop;
  if (ms <= Math.max(graceMs / 2, leastSlowMs, 2 * bootMs)) return [];
  return [
    {
      code: 'shutdown-slow',
      level: 'warn',
      step: 'shutdown',
      title: `The production process takes ${(ms / 1000).toFixed(1)} s of its ${graceMs / 1000} s to end after ${signal}.`,
      detail:
        'No request was under way for so long. On a busier machine the platform kills it first.',
      hint: 'Look at what runs at exit: atexit hooks, threads, telemetry that flushes, open WebSockets.',
      measurement: { name: 'time to end', value: Math.round(ms), unit: 'ms' },
    },
  ];
}
