import type { Finding } from '../../report/finding.ts';
import type { ProcessLine } from './process-line.ts';

/** Workers that are recycled at the same time leave nobody to serve. */
export function checkMaxRequests(settings: {
  readonly maxRequests: number;
  readonly maxRequestsJitter: number;
  readonly workers: number;
}): readonly Finding[] {
  const { maxRequests, maxRequestsJitter, workers } = settings;
  if (maxRequests === 0 || maxRequestsJitter > 0 || workers < 2) return [];
  const jitter = Math.max(1, Math.round(maxRequests / 10));
  return [
    {
      code: 'max-requests-without-jitter',
      level: 'warn',
      step: 'recovery',
      title: `All ${workers} workers end after ${maxRequests} requests, at about the same time.`,
      detail:
        'max_requests is set and max_requests_jitter is not. Requests are spread evenly, so the ' +
        'workers reach the number together, and everybody waits for them to start.',
      hint: `--max-requests ${maxRequests} --max-requests-jitter ${jitter}, or the same in gunicorn.conf.py.`,
    },
  ];
}

/** Workers that were there at the boot and are no more, though nobody ended them. */
export function checkSteadyWorkers(seen: {
  readonly before: readonly ProcessLine[];
  readonly after: readonly ProcessLine[];
  readonly seconds: number;
  /** Lines about workers that end. */
  readonly log: readonly string[];
}): readonly Finding[] {
  const { before, after, seconds, log } = seen;
  if (before.length === 0 || after.length === 0) return [];
  const lines = log.filter((line) => /WORKER TIMEOUT|was sent SIG|exited with code/u.test(line));
  const left = new Set(after.map(({ pid }) => pid));
  const gone = before.filter(({ pid }) => !left.has(pid));
  if (gone.length === 0 || lines.length === 0) return [];
  return [
    {
      code: 'workers-restart',
      level: 'warn',
      step: 'recovery',
      title: `In ${seconds.toFixed(0)} s ${gone.length === 1 ? 'a worker' : `${gone.length} workers`} ended by ${gone.length === 1 ? 'itself' : 'themselves'}.`,
      detail: [
        ...gone.map(({ pid, command }) => `PID ${pid}: ${command.join(' ')}`),
        ...lines.slice(-6),
      ].join('\n'),
      hint:
        'WORKER TIMEOUT: a request took longer than --timeout. SIGKILL: the memory ran out. ' +
        'Requests of that worker were lost.',
    },
  ];
}
