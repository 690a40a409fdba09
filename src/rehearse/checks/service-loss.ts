import type { Finding } from '../../report/finding.ts';

/** A time without a service beside the database: a cache, a queue, mail. */
export interface ServiceLoss {
  readonly service: string;
  readonly pages: number;
  /** Pages that answered 5xx, or nothing, without it. */
  readonly failedPages: readonly string[];
  /** The slowest answer without it. */
  readonly slowestMs: number;
  /** From the moment it was back until every page answered. */
  readonly backMs: number;
  readonly serves: boolean;
  /** Within the time that it has. */
  readonly isPrompt: boolean;
  /** The first failure: request, answer, log lines. */
  readonly evidence: string;
}

/** What users see while a service is away, and whether it is over when it is back. */
export function checkServiceLoss(loss: ServiceLoss): readonly Finding[] {
  const { service, isPrompt, backMs } = loss;
  if (!isPrompt) return [notRecovered(loss)];
  const { failedPages, pages, slowestMs, evidence } = loss;
  if (failedPages.length === 0) return [];
  const isAll = failedPages.length === pages;
  return [
    {
      code: 'service-loss-fails',
      level: 'pass',
      step: 'recovery',
      title: `Without ${service} ${isAll ? 'every page fails' : `${failedPages.join(', ')} ${failedPages.length === 1 ? 'fails' : 'fail'}`}.`,
      detail: [
        `${failedPages.length} of ${pages} pages; the slowest answer took ${Math.round(slowestMs)} ms.`,
        `They answer again ${(backMs / 1000).toFixed(1)} s after it is back.`,
        evidence,
      ].join('\n'),
      hint: '',
    },
  ];
}

function notRecovered({ service, serves, backMs, evidence }: ServiceLoss): Finding {
  const seconds = (backMs / 1000).toFixed(1);
  return {
    code: 'service-recovery-slow',
    level: 'fail',
    step: 'recovery',
    title: serves
      ? `The application serves again ${seconds} s after ${service} does.`
      : `The application still fails ${seconds} s after ${service} is back.`,
    detail: evidence,
    hint:
      'It keeps a connection, or an address, that is dead: let the client try again ' +
      '(retry_on_error, health_check_interval of redis-py), and resolve the name each time.',
    measurement: { name: 'until all is well again', value: Math.round(backMs), unit: 'ms' },
  };
}
