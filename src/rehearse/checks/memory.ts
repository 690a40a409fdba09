import type { Finding } from '../../report/finding.ts';
import { formatBytes } from '../../report/formats/quantity.ts';
import { type ProcessLine, writtenCommand } from './process-line.ts';

/** The memory of a container's processes, after some more requests. */
export interface MemorySample {
  /** Sent since the sample before. */
  readonly requests: number;
  /** Of all processes together; what they share is counted once. */
  readonly bytes: number;
  readonly processes: readonly ProcessLine[];
}

/** Less than this a request is the usual coming and going. */
const leakBytes = 16 * 1024;

/** Whether the last requests have added as much as a leak would. */
export function isGrowing(samples: readonly MemorySample[]): boolean {
  return growths(samples.slice(-2)).every((bytes) => bytes >= leakBytes);
}

/** Bytes a request, between each two samples. */
function growths(samples: readonly MemorySample[]): readonly number[] {
  return samples
    .slice(1)
    .map(({ bytes, requests }, index) => (bytes - (samples[index]?.bytes ?? bytes)) / requests);
}

/** Memory that every request adds to, batch after batch: caches fill once, a leak never ends. */
export function checkMemoryGrowth(
  samples: readonly MemorySample[],
  paths: readonly string[],
  maxRequests: number,
): readonly Finding[] {
  // The first batch pays for what is made once in each worker.
  const [first = 0, ...later] = growths(samples).slice(1);
  const last = later.at(-1) ?? 0;
  const isSteady = [first, ...later].every((bytes) => bytes >= leakBytes) && last > first / 2;
  if (!isSteady) return [];
  const perRequest = [first, ...later].reduce((sum, bytes) => sum + bytes, 0) / (later.length + 1);
  const requests = samples.reduce((sum, one) => sum + one.requests, 0);
  const perDay = formatBytes(perRequest * 10 * 86_400);
  return [
    {
      code: 'memory-grows',
      level: 'warn',
      step: 'recovery',
      title: `Every request leaves ${formatBytes(perRequest)} of memory behind.`,
      detail: [
        `${samples.map(({ bytes }) => formatBytes(bytes)).join(' → ')} in ${requests} requests of ${paths.join(', ')}.`,
        maxRequests > 0
          ? `gunicorn’s max_requests (${maxRequests}) ends a worker after about ${formatBytes(perRequest * maxRequests)}.`
          : `At ten requests a second that is ${perDay} a day, and then the kernel ends a worker.`,
      ].join('\n'),
      hint:
        'Look for what is only ever added to: a list or a dict at module level, functools.cache on a ' +
        'method, a handler connected for each request. Until then: --max-requests 1000 ' +
        '--max-requests-jitter 100.',
      measurement: { name: 'memory a request', value: Math.round(perRequest), unit: 'bytes' },
    },
  ];
}

/** The memory of all processes against what the team allows. */
export function checkMemoryBudget(
  { bytes, processes }: MemorySample,
  budgetBytes: number | undefined,
): readonly Finding[] {
  if (budgetBytes === undefined || bytes <= budgetBytes) return [];
  const lines = processes.map(
    (process) =>
      `PID ${process.pid}: ${formatBytes(process.bytes ?? 0)} ${writtenCommand(process).slice(0, 2).join(' ')}`,
  );
  const heaviest = Math.max(...processes.map((process) => process.bytes ?? 0));
  const fitting = Math.max(1, Math.floor((processes.length - 1) * (budgetBytes / bytes)));
  return [
    {
      code: 'memory-over-budget',
      level: 'fail',
      step: 'recovery',
      title: `The web container takes ${formatBytes(bytes)}; the budget is ${formatBytes(budgetBytes)}.`,
      detail: [
        `${processes.length} processes, the largest ${formatBytes(heaviest)}:`,
        ...lines,
      ].join('\n'),
      hint:
        processes.length > 2
          ? `Run fewer workers (--workers ${fitting}), threads in their place, or share what they import: --preload.`
          : 'Look at what is imported: python -X importtime -c "import config.wsgi".',
      measurement: { name: 'memory', value: bytes, unit: 'bytes' },
    },
  ];
}
