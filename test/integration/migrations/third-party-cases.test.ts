import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeWithEngine, openEngineTest } from '../../support/engine.ts';
import { openTraceServer } from './open-trace-server.ts';

interface Case {
  readonly id: string;
  readonly kind: 'sql' | 'django';
  readonly sql: string | readonly string[];
  readonly setup: readonly string[];
  readonly atomic: boolean | null;
  readonly expected: 'safe' | 'unsafe';
  readonly core: boolean;
  readonly runnable: boolean;
}

/** Cases of other projects: their texts are theirs, so they are not in this repository. */
const file =
  process.env['DJDEV_MIGRATION_CASES'] ??
  path.resolve(import.meta.dirname, '../../../../shared/migration-cases.json');

if (!existsSync(file)) {
  process.stderr.write(`\nSKIPPED: the migration cases of other projects are not at ${file}.\n`);
}

/** Disagreements that docs/verdicts.md explains, by the part of the page that does. */
const explained: Readonly<Record<string, readonly string[]>> = {
  'Labels of one rule': [
    'squawk.adding_foreign_key_constraint.add_foreign_key_constraint_not_valid_validate',
    'squawk.adding_not_null_field.adding_field_that_is_not_nullable',
    'squawk.adding_not_null_field.adding_field_that_is_not_nullable_without_default',
    'squawk.adding_not_null_field.regression_gh_issue_628_pg12_with_validated_check_ok',
    'squawk.adding_not_null_field.regression_gh_issue_628_pg16_with_validated_check_ok',
    'squawk.ban_truncate_cascade.ok',
    'squawk.disallow_unique_constraint.also_ok',
  ],
  'A statement that wants no transaction, in one': [
    'squawk.ban_concurrent_index_creation_in_transaction.assuming_in_transaction_ok',
    'squawk.ban_concurrent_index_creation_in_transaction.squawk_disable_assume_in_transaction_overrides',
  ],
  'Manners, not danger': [
    'squawk.require_enum_value_ordering.err_add_value_if_not_exists_without_ordering',
    'squawk.require_enum_value_ordering.err_add_value_without_ordering',
    'squawk.transaction_nesting.begin_assume_transaction_err',
    'squawk.transaction_nesting.begin_repeated_err',
    'squawk.transaction_nesting.commit_repeated_err',
    'squawk.transaction_nesting.commit_with_assume_in_transaction_err',
    'squawk.transaction_nesting.rollback_with_assume_in_transaction_err',
  ],
  'An index build that a label allows': ['dml.unit.test_create_index_exclusive_no_lock.1'],
};

const wholeMs = 600_000;

const describeWithCases = existsSync(file) ? describeWithEngine : describe.skip;

describeWithCases('migration cases of other projects', () => {
  test(
    'none that is labelled unsafe is called safe, and disagreements are explained',
    async () => {
      const cases = (JSON.parse(readFileSync(file, 'utf8')) as readonly Case[]).filter(
        ({ kind, runnable }) => kind === 'sql' && runnable,
      );
      expect(cases.length).toBeGreaterThan(0);
      await using t = await openEngineTest();
      const server = await openTraceServer({ ...t, signal: AbortSignal.timeout(wholeMs) });
      const missed: string[] = [];
      const disagreements: string[] = [];
      const run = async ({ id, sql, setup, atomic, expected, core }: Case): Promise<void> => {
        const script = typeof sql === 'string' ? sql : sql.join(';\n');
        const options = { setup: setup.join(';\n'), atomic: atomic === true };
        const { verdict } = await server.trace(script, options);
        const isBad = verdict === 'unsafe' || verdict === 'fails';
        if (core && expected === 'unsafe' && verdict === 'safe') missed.push(id);
        if (expected === 'unsafe' ? verdict === 'safe' : isBad) disagreements.push(id);
      };
      const queue = cases.values();
      const work = async (): Promise<void> => {
        for (const one of queue) await run(one);
      };
      await Promise.all([work(), work()]);
      expect(missed).toEqual([]);
      const known = new Set(Object.values(explained).flat());
      expect(disagreements.filter((id) => !known.has(id))).toEqual([]);
    },
    wholeMs,
  );
});
