import { expect, test } from 'vitest';
import { migrationOverBudget } from '../../../../src/rehearse/checks/migration-over-budget.ts';

test('what the release commands were doing when they were cut off', () => {
  const busy = { application: 'psql', query: 'UPDATE shop_order SET x = 1' };
  const waiting = { ...busy, waitsFor: 'Lock relation', blockedBy: 'session 12 (active)' };
  expect(migrationOverBudget(90_000, [waiting])).toMatchObject({
    code: 'migration-over-budget',
    level: 'fail',
    title: 'The release commands did not end within 90 s: one waits for a lock.',
    detail:
      'A session of psql waits (Lock relation, held by session 12 (active)) with: UPDATE shop_order SET x = 1',
    hint: expect.stringMatching(/^Something holds the lock/),
  });
  const working = { ...busy, application: '', waitsFor: undefined, blockedBy: undefined };
  expect(migrationOverBudget(1500, [working])).toMatchObject({
    title: 'The release commands did not end within 1.5 s.',
    detail: 'A session was busy with: UPDATE shop_order SET x = 1',
    hint: expect.stringMatching(/^Split the work into batches/),
  });
  expect(migrationOverBudget(1500, []).detail).toMatch(/^No session in the database was busy/);
});
