import { expect, test } from 'vitest';
import { parseMigrationPlan } from '../../../src/up/parse-migration-plan.ts';

test('reads what showmigrations --plan prints, and nothing else', () => {
  const lines = [
    'Some application talks at start-up [X] ready',
    '[X]  contenttypes.0001_initial',
    '[X]  auth.0001_initial',
    '[-]  catalog.0001_squashed_0004 (4 squashed migrations)',
    '[ ]  catalog.0005_product_sku',
    '',
  ];
  expect(parseMigrationPlan(lines)).toEqual({
    all: [
      'contenttypes.0001_initial',
      'auth.0001_initial',
      'catalog.0001_squashed_0004',
      'catalog.0005_product_sku',
    ],
    pending: ['catalog.0001_squashed_0004', 'catalog.0005_product_sku'],
  });
});
