import type { Finding } from '../../report/finding.ts';
import type { ProcessLine } from './process-line.ts';

/** Requests after something had been taken away. */
export interface Recovery {
  readonly sent: number;
  /** Answered with 5xx, or not at all. */
  readonly failed: number;
  /** The last requests failed too. */
  readonly lasting: boolean;
  /** The first failure: request, answer, log lines. */
  readonly evidence: string;
}

/** What users would see of a restart, a failover or an upgrade of the database. */
export function checkDatabaseRestart({
  sent,
  failed,
  lasting,
  evidence,
}: Recovery): readonly Finding[] {
  if (failed === 0) return [];
  return [
    {
      code: 'database-restart-fails',
      level: 'fail',
      step: 'recovery',
      title: lasting
        ? 'After a restart of the database the application does not serve again.'
        : `After a restart of the database ${failed === 1 ? 'a request fails' : `${failed} requests fail`}.`,
      detail: [`${failed} of ${sent} requests failed.`, evidence].join('\n'),
      hint:
        'The workers use connections that are dead. Set CONN_HEALTH_CHECKS = True beside ' +
        'CONN_MAX_AGE; with a pool, its check.',
      measurement: { name: 'failed after a database restart', value: failed, unit: 'count' },
    },
  ];
}

/** What users would see when memory runs out and the kernel ends a worker. */
export function checkWorkerKilled(
  { sent, failed, lasting, evidence }: Recovery,
  worker: ProcessLine,
): readonly Finding[] {
  if (!lasting) return [];
  return [
    {
      code: 'worker-not-replaced',
      level: 'fail',
      step: 'recovery',
      title: 'A worker that is killed is not replaced.',
      detail: [
        `PID ${worker.pid}: ${worker.command.join(' ')}`,
        `${failed} of ${sent} requests failed, the last ones too.`,
        evidence,
      ].join('\n'),
      hint: 'Let a server with a parent process run the workers: gunicorn, or uvicorn --workers.',
    },
  ];
}

/** A child of the server's first process that does the same work: a worker, and not a helper. */
export function chooseWorker(processes: readonly ProcessLine[]): ProcessLine | undefined {
  const server = /gunicorn|uwsgi/u;
  const served = processes.filter(({ command }) => server.test(command.slice(0, 2).join(' ')));
  const [parent] = served;
  return parent && served.find((process) => process.parent === parent.pid);
}
