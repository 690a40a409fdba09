import type { DjangoDatabase } from '../../django/django-facts.ts';
import type { PracticeFacts } from '../../django/practice-facts.ts';
import type { Finding } from '../../report/finding.ts';

/** What the booted server serves with. */
export interface ServingCapacity {
  readonly workers: number;
  readonly threads: number;
}

/** PostgreSQL's own max_connections, without the three that it keeps for superusers. */
const usualLimit = 97;

/** How many connections a full load opens to each Postgres, against what it lets in. */
export function checkConnectionCount(
  { workers, threads }: ServingCapacity,
  connections: PracticeFacts['connections'],
  databases: readonly DjangoDatabase[],
): readonly Finding[] {
  return connections.flatMap(({ alias, pool, poolSize }): readonly Finding[] => {
    const engine = databases.find((database) => database.alias === alias)?.engine ?? '';
    if (!engine.includes('postgresql')) return [];
    const each = pool ? (poolSize ?? threads) : threads;
    const most = workers * each;
    if (most <= usualLimit) return [];
    return [
      {
        code: 'connections-over-limit',
        level: 'warn',
        step: 'http',
        title: `One container opens up to ${most} connections to “${alias}”; Postgres lets ${usualLimit} in.`,
        detail: `${workers} workers × ${each} ${pool ? 'connections of a pool' : 'threads'}, and as many again while a new release starts beside the old one. max_connections is 100 unless somebody raised it.`,
        hint: 'Fewer workers or a smaller pool, a PgBouncer between the two, or a higher max_connections.',
        measurement: { name: 'connections at full load', value: most, unit: 'count' },
      },
    ];
  });
}
