import type { Finding } from '../../report/finding.ts';

/** A time without the database, under load. */
export interface Outage {
  /** Requests during it; that they fail is no fault of theirs. */
  readonly sent: number;
  readonly failed: number;
  /** From the moment the database was back until every page answered. */
  readonly backMs: number;
  /** Absent patience: it did answer in the end. */
  readonly serves: boolean;
  /** Within the time that it has. */
  readonly isPrompt: boolean;
  /** The last request that failed after the database was back. */
  readonly evidence: string;
}

/** What users see of a failover once it is over. */
export function checkOutage(outage: Outage): readonly Finding[] {
  const { backMs, serves, isPrompt, sent, failed, evidence } = outage;
  if (isPrompt) return [];
  const seconds = (backMs / 1000).toFixed(1);
  return [
    {
      code: 'database-recovery-slow',
      level: 'fail',
      step: 'recovery',
      title: serves
        ? `The application serves again ${seconds} s after its database does.`
        : `The application still fails ${seconds} s after its database is back.`,
      detail: [`Without the database ${failed} of ${sent} requests failed.`, evidence].join('\n'),
      hint:
        'Something remembers that the database was away: a pool that waits longer and longer between ' +
        'attempts (reconnect_timeout), a circuit breaker, or a thread that ended. Let the next request try.',
      measurement: { name: 'until all is well again', value: Math.round(backMs), unit: 'ms' },
    },
  ];
}

/** A health URL that is well while the pages are not. */
export function checkBlindHealth(seen: {
  readonly path: string;
  /** Absent: it gave no answer. */
  readonly status: number | undefined;
  readonly failedPages: readonly string[];
  readonly evidence: string;
}): readonly Finding[] {
  const { path, status = 0, failedPages, evidence } = seen;
  if (status < 200 || status > 299 || failedPages.length === 0) return [];
  return [
    {
      code: 'health-blind',
      level: 'pass',
      step: 'recovery',
      title: `Without the database ${path} answers ${status} while pages fail.`,
      detail: [
        `Failed: ${failedPages.join(', ')}.`,
        'That is right for a probe that restarts containers, and wrong for one that decides whether ' +
          'a new release gets traffic: a release with a wrong database address would get it.',
        evidence,
      ].join('\n'),
      hint: '',
    },
  ];
}
