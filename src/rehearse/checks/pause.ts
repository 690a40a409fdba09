import type { Finding } from '../../report/finding.ts';

/** A time in which the database took connections and statements, and answered none. */
export interface Pause {
  readonly pauseMs: number;
  readonly sent: number;
  /** Requests of that time that had no answer when the database went on. */
  readonly hung: number;
  /** Of `hung`, those that never got one, or a 5xx. */
  readonly lost: number;
  /** From the moment the database went on until every page answered. */
  readonly backMs: number;
  readonly serves: boolean;
  /** Within the time that it has. */
  readonly isPrompt: boolean;
  readonly evidence: string;
}

/** What a network that loses everything for a moment leaves behind. */
export function checkPause(pause: Pause): readonly Finding[] {
  const { pauseMs, sent, hung, lost, backMs, serves, isPrompt, evidence } = pause;
  if (isPrompt) return [];
  const seconds = (backMs / 1000).toFixed(1);
  return [
    {
      code: 'database-pause-fails',
      level: 'fail',
      step: 'recovery',
      title: serves
        ? `After ${pauseMs / 1000} s in which the database was silent the application needs ${seconds} s to serve again.`
        : `After ${pauseMs / 1000} s in which the database was silent the application does not serve again.`,
      detail: [
        `${hung} of ${sent} requests waited for the database, ${lost} of them in vain.`,
        evidence,
      ].join('\n'),
      hint:
        'Let no request wait without an end: OPTIONS = {"connect_timeout": 5, ' +
        '"tcp_user_timeout": 10000, "options": "-c statement_timeout=15s"}.',
      measurement: { name: 'until all is well again', value: Math.round(backMs), unit: 'ms' },
    },
  ];
}
