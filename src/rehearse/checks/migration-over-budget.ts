import type { EndedSession } from '../../database/end-sessions.ts';
import type { Finding } from '../../report/finding.ts';

/** Release commands that were cut off, with what the database was doing for them. */
export function migrationOverBudget(budgetMs: number, sessions: readonly EndedSession[]): Finding {
  const waiting = sessions.find(({ waitsFor }) => waitsFor !== undefined);
  return {
    code: 'migration-over-budget',
    level: 'fail',
    step: 'migrate',
    title: `The release commands did not end within ${budgetMs / 1000} s${
      waiting ? ': one waits for a lock' : ''
    }.`,
    detail:
      sessions.length === 0
        ? 'No session in the database was busy: they wait for something else.'
        : sessions.map(describeSession).join('\n'),
    hint: waiting
      ? 'Something holds the lock and does not let go: often a second connection of the migration itself. Use one connection, or commit before the other begins.'
      : 'Split the work into batches outside of the deploy, or raise rehearse.budgets.migrate.',
    measurement: { name: 'budget', value: budgetMs, unit: 'ms' },
  };
}

function describeSession({ application, query, waitsFor, blockedBy }: EndedSession): string {
  const who = application === '' ? 'A session' : `A session of ${application}`;
  if (waitsFor === undefined) return `${who} was busy with: ${query}`;
  const holder = blockedBy === undefined ? '' : `, held by ${blockedBy}`;
  return `${who} waits (${waitsFor}${holder}) with: ${query}`;
}
