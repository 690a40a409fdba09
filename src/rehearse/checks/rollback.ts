import type { ReversedMigration } from '../../django/run-reverse.ts';
import type { Finding } from '../../report/finding.ts';
import type { RollbackTrial } from '../previous/try-rollback.ts';

/** Whether there is a way back: the old image on the new schema. */
export function checkOldImage(label: string, trial: RollbackTrial): readonly Finding[] {
  const { failure, failed, log, requests } = trial;
  if (failure === undefined && failed.length === 0) return [];
  return [
    {
      code: 'rollback-failed',
      level: 'fail',
      step: 'rollout',
      title:
        failure === undefined
          ? `Rolling back is no way out: ${label} fails at ${failed.length} of ${requests} requests on the new schema.`
          : `Rolling back is no way out: on the new schema ${label} ${failure}.`,
      detail: [...failed, ...log.slice(-12)].join('\n'),
      hint: 'Keep the schema such that the release before works with it: add first, and remove one release later.',
    },
  ];
}

/** Migrations that cannot be taken back; most teams roll forward, so this stops nothing. */
export function checkReversed(reversed: readonly ReversedMigration[]): readonly Finding[] {
  const barriers = reversed.filter((one) => one.type === 'irreversible');
  const failures = reversed.filter((one) => one.type === 'reverse-failed');
  return [
    ...barriers.map(({ app, name, operation }): Finding => ({
      code: 'migration-irreversible',
      level: 'warn',
      step: 'rollout',
      title: `${app}.${name} cannot be reversed: “${operation}” has no way back.`,
      detail: 'The migrations before it that it needs stay applied too.',
      hint: 'Pass reverse_code or reverse_sql; RunPython.noop and RunSQL.noop where nothing has to be undone.',
    })),
    ...failures.map(({ app, name, error }): Finding => ({
      code: 'migration-reverse-failed',
      level: 'warn',
      step: 'rollout',
      title: `${app}.${name} fails when it is reversed.`,
      detail: error,
      hint: 'Mend its reverse operation, or plan to roll forward.',
    })),
  ];
}
