import { expect, test } from 'vitest';
import { blameMigration } from '../../../src/migrations/blame-migration.ts';
import type { MigrationReport, SchemaChange } from '../../../src/report/migration-report.ts';

const migration = (
  name: string,
  startedAtMs: number,
  ...schemaChanges: readonly SchemaChange[]
): MigrationReport => ({
  app: 'shop',
  name,
  own: true,
  file: `shop/migrations/${name}.py`,
  atomic: true,
  outcome: 'applied',
  startedAtMs,
  ms: 50,
  operations: [],
  schemaChanges,
  blocked: [],
  worstReadMs: 0,
  worstWriteMs: 0,
  verdict: 'safe',
  reasons: [],
});

const added: SchemaChange = {
  kind: 'column-required-added',
  table: 'public.shop_order',
  detail: 'column note: NOT NULL, no default',
};
const dropped: SchemaChange = {
  kind: 'column-dropped',
  table: 'public.shop_product',
  detail: 'column pages',
};
const gone: SchemaChange = {
  kind: 'table-renamed',
  table: 'public.shop_leaflet',
  detail: 'shop_leaflet → shop_flyer',
};
const migrations = [
  migration('0002_note', 0, added),
  migration('0003_pages', 100, dropped),
  migration('0004_flyer', 200, gone),
  migration('0005_index', 300),
];

test.each([
  ['null value in column "note" of relation "shop_order" violates not-null', '0002_note'],
  ['column shop_product.pages does not exist', '0003_pages'],
  ['relation "shop_leaflet" does not exist', '0004_flyer'],
  ['column "pages" does not exist', '0003_pages'],
])('by what the exception names: %s', (exception, name) => {
  expect(blameMigration({ exception, answeredAtMs: 900 }, migrations)).toBe(`shop.${name}`);
});

test.each([
  [undefined, -100, undefined],
  [undefined, 60, 'shop.0002_note'],
  [undefined, 170, 'shop.0003_pages'],
  ['relation "other" does not exist', 900, 'shop.0005_index'],
])('by time where it names nothing: %s at %d ms', (exception, answeredAtMs, name) => {
  expect(blameMigration({ exception, answeredAtMs }, migrations)).toBe(name);
});

test('one that has not begun yet is not to blame, whatever is named', () => {
  const exception = 'column shop_product.pages does not exist';
  expect(blameMigration({ exception, answeredAtMs: 55 }, migrations)).toBe('shop.0002_note');
});
