import { expect, test } from 'vitest';
import { planScratchPostgres } from '../../../src/database/plan-scratch-postgres.ts';

const service = { name: 'postgres', kind: 'postgres', image: 'postgres:17' } as const;

test('knows the whole address before the server starts', () => {
  const plan = planScratchPostgres(service, 'shop');
  const { password, url, ...open } = plan;
  expect(open).toEqual({
    service: 'postgres',
    image: 'postgres:17',
    host: 'postgres',
    port: 5432,
    user: 'shop',
    database: 'shop',
  });
  expect(url.reveal()).toBe(`postgres://shop:${password.reveal()}@postgres:5432/shop`);
});

test('gives every plan a password of its own, which a URL takes unescaped', () => {
  const [one, two] = [planScratchPostgres(service, 'shop'), planScratchPostgres(service, 'shop')];
  expect(one.password.reveal()).not.toBe(two.password.reveal());
  expect(one.password.reveal()).toMatch(/^[\w-]{32}$/u);
});

test('never prints the password', () => {
  const plan = planScratchPostgres(service, 'shop');
  expect(JSON.stringify(plan)).not.toContain(plan.password.reveal());
});

test.each([
  ['my-shop.example', 'my_shop_example'],
  ['2fast', 'app_2fast'],
  ['pg-tools', 'app_pg_tools'],
])('makes an identifier of the project name %s', (name, identifier) => {
  const { user, database } = planScratchPostgres(service, name);
  expect([user, database]).toEqual([identifier, identifier]);
});
