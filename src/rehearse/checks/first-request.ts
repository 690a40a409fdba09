import type { Finding } from '../../report/finding.ts';

/** Less than this nobody notices. */
const slowMs = 2000;
const timesWarm = 5;

/** The first visit of a page may have cost its user what a start forgot to do. */
export function mayBeSlow(firstMs: number, bootMs: number): boolean {
  return firstMs > slowMs && firstMs > bootMs;
}

/** What the first user pays for everybody. */
export function checkFirstRequest(seen: {
  readonly path: string;
  readonly firstMs: number;
  /** The quickest of some later answers. */
  readonly warmMs: number;
}): readonly Finding[] {
  const { path, firstMs, warmMs } = seen;
  if (firstMs < timesWarm * warmMs) return [];
  return [
    {
      code: 'first-request-slow',
      level: 'warn',
      step: 'recovery',
      title: `The first user of ${path} waits ${(firstMs / 1000).toFixed(1)} s, the next ${Math.round(warmMs)} ms.`,
      detail:
        'After every deploy, and in every new worker, somebody pays for what is imported, compiled or ' +
        'read at the first request.',
      hint:
        'Do it at start: gunicorn --preload, import it in AppConfig.ready(), or let the health URL ' +
        'visit what is slow the first time.',
      measurement: { name: 'first request', value: Math.round(firstMs), unit: 'ms' },
    },
  ];
}
