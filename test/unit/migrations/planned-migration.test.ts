import { expect, test } from 'vitest';
import {
  findNamed,
  nameMigration,
  type PlannedMigration,
} from '../../../src/migrations/check/planned-migration.ts';

const plan: readonly PlannedMigration[] = [
  'auth.0001_initial',
  'shop.0001_initial',
  'shop.0002_total',
  'shop.0002_total_again',
  'orders.0001_initial',
].map((text) => {
  const [app = '', name = ''] = text.split('.');
  return { app, name, own: app !== 'auth', file: `${app}/migrations/${name}.py` };
});

function find(...asked: string[]): readonly string[] {
  return findNamed(plan, asked).found.map(nameMigration);
}

test('migrations are found by app and name, by number, by name and by app', () => {
  expect(find('shop.0002_total')).toEqual(['shop.0002_total']);
  expect(find('shop.0001')).toEqual(['shop.0001_initial']);
  expect(find('0002_total_again')).toEqual(['shop.0002_total_again']);
  expect(find('orders', 'auth.0001')).toEqual(['auth.0001_initial', 'orders.0001_initial']);
  expect(find('shop')).toHaveLength(3);
});

test('what fits none, or several, is unknown', () => {
  expect(findNamed(plan, ['shop.0002', 'shop.0003_totl', 'nobody']).unknown).toEqual([
    { asked: 'shop.0002', meant: undefined },
    { asked: 'shop.0003_totl', meant: expect.stringMatching(/^shop\.0002_total/u) },
    { asked: 'nobody', meant: undefined },
  ]);
});
