import type { Finding } from '../../report/finding.ts';
import { describeProcesses, type ProcessLine } from './process-line.ts';
import { explainStop } from './stop-hint.ts';

/** What became of a load around the stop signal; all are counts of requests. */
export interface StopLoad {
  readonly sent: number;
  /** Seen at work when the signal was sent; absent where no request could be held at work. */
  readonly underWay?: number;
  /** Sent before the signal and not answered when it was sent: under way, or waiting for a worker. */
  readonly open: number;
  /** Of `open`, those that got their answer. */
  readonly answered: number;
  /** Of `open`, those that were answered with 5xx. */
  readonly errors: number;
  /** Sent after the signal and answered. */
  readonly served: number;
  /** Sent after the signal, without an answer. */
  readonly refused: number;
}

/** The fate of requests, and what explains it. */
export interface LoadedStop {
  /** `SIGTERM`, or what the platform or the image names instead. */
  readonly signal: string;
  readonly load: StopLoad;
  /** PID 1 and its descendants before the signal. */
  readonly processes: readonly ProcessLine[];
  readonly isGunicorn: boolean;
  /** The first request that was lost: request, answer, log lines. */
  readonly evidence: string;
  /** The named platform stops a container without taking it out of its proxy first. */
  readonly platformWithoutDrain: string | undefined;
}

/** Requests that a worker was at when the signal came, and that never got their answer. */
export function countDropped({ underWay = 0, answered }: StopLoad): number {
  return Math.max(0, underWay - answered);
}

/** What a deployment costs the users of that moment. */
export function checkStopLoad(stop: LoadedStop): readonly Finding[] {
  const { load } = stop;
  // Who waited and who was at work can then not be told apart.
  if (load.underWay === undefined) return [];
  const dropped = countDropped(load);
  const reset = load.open - load.answered - dropped;
  return [
    ...(dropped > 0 ? [requestsDropped(stop, dropped)] : []),
    ...(dropped === 0 && reset > 0 ? [queueReset(stop, reset)] : []),
  ];
}

function requestsDropped(stop: LoadedStop, dropped: number): Finding {
  const { signal, processes, isGunicorn } = stop;
  const isQuick = isGunicorn && /^SIG(INT|QUIT)$/u.test(signal);
  const common = {
    level: 'fail',
    step: 'shutdown',
    detail: [describeLoad(stop.load), ...describeProcesses(processes), stop.evidence].join('\n'),
    measurement: { name: 'requests dropped at the stop', value: dropped, unit: 'count' },
  } as const;
  if (isQuick) {
    return {
      ...common,
      code: 'shutdown-quick-signal',
      title: `${signal} is gunicorn’s quick stop: ${countRequests(dropped)} under way ${dropped === 1 ? 'was' : 'were'} dropped.`,
      hint:
        'Let the platform send SIGTERM: no STOPSIGNAL in the Dockerfile (or STOPSIGNAL SIGTERM), ' +
        'kill_signal = "SIGTERM" in fly.toml.',
    };
  }
  return {
    ...common,
    code: 'shutdown-drops-requests',
    title: `${signal} drops ${countRequests(dropped)} that ${dropped === 1 ? 'is' : 'are'} under way.`,
    hint:
      explainStop(processes) ??
      'Let the server handle the signal and end its requests first, as gunicorn does for SIGTERM; ' +
        'a handler of your own has to wait for them too.',
  };
}

function queueReset({ load, signal, platformWithoutDrain }: LoadedStop, reset: number): Finding {
  const isWarned = platformWithoutDrain !== undefined;
  return {
    code: 'shutdown-resets-queue',
    level: isWarned ? 'warn' : 'pass',
    step: 'shutdown',
    title: `${signal} resets ${countRequests(reset)} that waited for a worker.`,
    detail: [
      describeLoad(load),
      isWarned
        ? `${platformWithoutDrain} sends the signal while requests still arrive.`
        : 'A proxy that takes the container out first, and waits, spares them that.',
    ].join('\n'),
    hint: isWarned
      ? 'Wait before the signal until no request arrives any more (a preStop hook: sleep 10), or let ' +
        'threads take what waits: --worker-class gthread --threads 4.'
      : '',
    measurement: { name: 'queued requests reset', value: reset, unit: 'count' },
  };
}

/** One line with all counts. */
function describeLoad({ underWay, open, answered, errors, served, refused }: StopLoad): string {
  const broken = open - answered - errors;
  return [
    `At the signal ${countRequests(open)} had no answer yet` +
      (underWay === undefined ? '' : `, ${underWay} of them at work in the database`),
    `${answered} were answered, ${errors} got a 5xx, ${broken} none`,
    `of ${served + refused} later ones ${refused} were refused.`,
  ].join('; ');
}

function countRequests(count: number): string {
  return count === 1 ? 'a request' : `${count} requests`;
}
