import type { Finding } from '../../report/finding.ts';
import { condenseLog } from './condense-log.ts';

/** One of several replicas that were started at the same time. */
export interface ReplicaEnd {
  readonly role: string;
  /** Absent: it went on. */
  readonly exitCode: number | undefined;
  readonly log: readonly string[];
}

/** What Postgres says to the one that comes second. */
const collision =
  /(?:already exists|duplicate key value|deadlock detected|does not exist|could not serialize|tuple concurrently)/u;

/** Replicas that migrate as they start get into each other's way. */
export function checkReplicas(ends: readonly ReplicaEnd[]): readonly Finding[] {
  const broken = ends.filter(({ exitCode = 0 }) => exitCode !== 0);
  const [first] = broken;
  const reason = first?.log.findLast((line) => collision.test(line));
  if (first === undefined || reason === undefined) return [];
  return [
    {
      code: 'replicas-race',
      level: 'warn',
      step: 'recovery',
      title: `${ends.length} replicas that start at once migrate at once: ${broken.length === 1 ? 'one ends' : `${broken.length} end`} with an error.`,
      detail: [
        reason,
        `Exit codes: ${ends.map(({ exitCode }) => exitCode ?? 'runs').join(', ')}. The last lines of the one that ended:`,
        ...condenseLog(first.log)
          .slice(-15)
          .map((line) => `  ${line}`),
      ].join('\n'),
      hint:
        'Migrate once, before the replicas start: rehearse.release: [python manage.py migrate ' +
        '--noinput] here, the release command or a job on the platform, and no migrate in the start script.',
    },
  ];
}
