import { describe, expect, test } from 'vitest';
import { decideDeployOrder, deployOrderNames } from '../../../src/migrations/deploy-order.ts';
import type {
  SchemaChange,
  SweepCell,
  SweepFailure,
  SweepOperation,
} from '../../../src/report/migration-report.ts';

const fails = (operation: SweepOperation, error: string, model = 'shop.Order'): SweepFailure => ({
  model,
  operation,
  error,
});

const cell = (
  code: SweepCell['code'],
  schema: SweepCell['schema'],
  failures: readonly SweepFailure[] = [],
): SweepCell => ({ code, schema, models: 4, notSwept: [], failures });

interface Case {
  readonly change: string;
  readonly oldOnNew?: readonly SweepFailure[];
  readonly newOnOld?: readonly SweepFailure[];
  readonly newOnNew?: readonly SweepFailure[];
  readonly order: string;
}

const missing = [fails('select', 'column "x" does not exist'), fails('insert', 'column "x" …')];
const notNull = [fails('insert', 'null value in column "x" violates not-null constraint')];
const onlyEmpty = [fails('insert-required', 'null value in column "x" violates not-null')];

/** What real migrations did to the four cells. */
const cases: readonly Case[] = [
  { change: 'nullable field added', newOnOld: missing, order: 'migrate then deploy' },
  { change: 'db_default field added', newOnOld: missing, order: 'migrate then deploy' },
  { change: 'NOT NULL becomes NULL', newOnOld: onlyEmpty, order: 'migrate then deploy' },
  {
    change: 'NOT NULL field with a Python default added',
    oldOnNew: notNull,
    newOnOld: missing,
    order: 'no safe order: split it',
  },
  {
    change: 'NOT NULL field removed',
    oldOnNew: missing,
    newOnOld: notNull,
    order: 'no safe order: split it',
  },
  {
    change: 'field or model renamed',
    oldOnNew: missing,
    newOnOld: missing,
    order: 'no safe order: split it',
  },
  {
    change: 'nullable field removed, or model deleted',
    oldOnNew: missing,
    order: 'deploy then migrate',
  },
  { change: 'NULL becomes NOT NULL', oldOnNew: onlyEmpty, order: 'deploy then migrate' },
  {
    change: 'NOT NULL field removed from the state only',
    newOnOld: notNull,
    newOnNew: notNull,
    order: 'broken',
  },
  { change: 'nullable field removed from the state only', order: 'any order' },
  { change: 'index, longer or shorter text, check', order: 'any order' },
];

describe('the deploy order', () => {
  test.each(cases)('$change: $order', ({ oldOnNew, newOnOld, newOnNew, order }) => {
    const cells = [
      cell('old', 'old'),
      cell('old', 'new', oldOnNew),
      cell('new', 'old', newOnOld),
      cell('new', 'new', newOnNew),
    ];
    const advice = decideDeployOrder({ cells, changes: [] });
    expect(advice && deployOrderNames[advice.order]).toBe(order);
  });

  test('what fails in the control says nothing', () => {
    const trigger = fails('update', 'rows of the ledger are final', 'shop.Entry');
    const cells = [
      cell('old', 'old', [trigger]),
      cell('old', 'new', [{ ...trigger, error: 'another text' }]),
      cell('new', 'old', [trigger]),
      cell('new', 'new', [trigger]),
    ];
    expect(decideDeployOrder({ cells, changes: [] })).toEqual({
      order: 'any-order',
      reasons: [],
      onlyEmptyInserts: false,
      blindSpots: [],
    });
  });

  test('a cell that is missing leaves the order open', () => {
    const cells = [cell('old', 'old'), cell('old', 'new'), cell('new', 'new')];
    expect(decideDeployOrder({ cells, changes: [] })).toBeUndefined();
  });

  test('the catalogs speak for tables that no row could be put into', () => {
    const required: SchemaChange = {
      kind: 'column-required-added',
      table: 'public.shop_audit',
      detail: 'column actor: NOT NULL without a default',
    };
    const blind: SweepCell = { ...cell('old', 'new'), notSweptTables: ['shop_audit'] };
    const cells = [cell('old', 'old'), blind, cell('new', 'old', missing), cell('new', 'new')];
    expect(decideDeployOrder({ cells, changes: [required] })).toMatchObject({
      order: 'no-safe-order',
      reasons: [
        'old code on the new schema: public.shop_audit: column actor: NOT NULL without a default',
        'new code on the old schema: SELECT, INSERT of shop.Order fail (column "x" does not exist)',
      ],
    });
    const seen = [cell('old', 'old'), cell('old', 'new'), cell('new', 'old'), cell('new', 'new')];
    expect(decideDeployOrder({ cells: seen, changes: [required] })?.order).toBe('any-order');
  });

  test('says what rows to come may break, and what only empty inserts do', () => {
    const changes: readonly SchemaChange[] = [
      {
        kind: 'column-type-changed',
        table: 'public.shop_order',
        detail: 'code: 20 → 8 characters',
      },
      { kind: 'index-added', table: 'public.shop_order', detail: 'index order_code' },
    ];
    const cells = [
      cell('old', 'old'),
      cell('old', 'new', onlyEmpty),
      cell('new', 'old'),
      cell('new', 'new'),
    ];
    expect(decideDeployOrder({ cells, changes })).toEqual({
      order: 'deploy-then-migrate',
      reasons: [
        'old code on the new schema: INSERT with only the required fields of shop.Order fails ' +
          '(null value in column "x" violates not-null)',
      ],
      onlyEmptyInserts: true,
      blindSpots: ['public.shop_order: code: 20 → 8 characters'],
    });
  });
});
