import { expect, test } from 'vitest';
import { judgeMigration } from '../../../src/migrations/verdict/judge-migration.ts';
import type {
  JudgeContext,
  JudgedMigration,
} from '../../../src/migrations/verdict/judged-migration.ts';
import { checkMigrationVerdicts } from '../../../src/rehearse/checks/migration-verdict.ts';
import type {
  MigrationReport,
  SchemaChange,
  StatementObservation,
} from '../../../src/report/migration-report.ts';

const table = 'public.shop_order';

const indexBuild: StatementObservation = {
  sql: 'CREATE INDEX "order_total" ON "shop_order" ("total")',
  startedAtMs: 10,
  ms: 400,
  locks: [
    { table, mode: 'ShareLock', requestedAtMs: 10, waitedMs: 0, heldMs: 420, source: 'hook' },
  ],
  rewrites: [],
  scans: [{ table, rows: 20_000 }],
  indexBuilds: [table],
  rowsChanged: [],
  lockTimeoutMs: 0,
  deferred: false,
  inTransaction: true,
};

function migrationOf(
  statements: readonly StatementObservation[],
  schemaChanges: readonly SchemaChange[] = [],
): JudgedMigration {
  return {
    app: 'shop',
    name: '0007_total',
    own: true,
    file: 'shop/migrations/0007_total.py',
    atomic: true,
    outcome: 'applied',
    startedAtMs: 0,
    ms: 500,
    operations: [
      {
        description: 'Create index order_total',
        kind: 'AddIndex',
        location: { file: 'shop/migrations/0007_total.py', line: 9 },
        statements,
      },
    ],
    schemaChanges,
    blocked: [],
    worstReadMs: 0,
    worstWriteMs: 0,
  };
}

const context: JudgeContext = {
  postgresMajor: 17,
  django: [5, 2],
  data: 'synthetic',
  rows: new Map([[table, 20_000]]),
};

function judge(
  migration: JudgedMigration,
  changes: Partial<JudgeContext> = {},
): Pick<MigrationReport, 'verdict' | 'reasons'> {
  return judgeMigration(migration, { ...context, ...changes });
}

test('work under a lock is unsafe, with the numbers, the line and the recipe', () => {
  const { verdict, reasons } = judge(migrationOf([indexBuild]));
  expect(verdict).toBe('unsafe');
  expect(reasons).toHaveLength(1);
  expect(reasons[0]).toMatchObject({
    rule: 'lock-during-index-build',
    sentence: `ShareLock on ${table} for 420 ms while an index on ${table} is built: writes wait.`,
    location: { line: 9 },
    recipe: { id: 'index-concurrently', releases: 1 },
  });
  expect(reasons[0]?.recipe?.code).toContain('AddIndexConcurrently(\n            "order"');
  expect(reasons[0]?.recipe?.code).toContain('atomic = False');
});

test('a script gets advice in SQL', () => {
  const { reasons } = judge(migrationOf([indexBuild]), { django: undefined });
  expect(reasons[0]?.recipe?.code).toBe(
    'CREATE INDEX CONCURRENTLY order_total ON shop_order (total);  -- outside of a transaction',
  );
});

test('with restored data the budget decides, and an empty table stops nobody', () => {
  const restored = { data: 'restored', budgetMs: 500 } as const;
  expect(judge(migrationOf([indexBuild]), restored).verdict).toBe('caution');
  expect(judge(migrationOf([indexBuild]), { ...restored, budgetMs: 100 }).verdict).toBe('unsafe');
  const empty = judge(migrationOf([indexBuild]), { ...restored, rows: new Map([[table, 0]]) });
  expect(empty.reasons.map(({ rule }) => rule)).toEqual(['lock-without-timeout']);
});

test('production’s row counts make an estimate, and that is held against the budget', () => {
  const productionRows = new Map([[table, 2_000_000]]);
  const { verdict, reasons } = judge(migrationOf([indexBuild]), {
    data: 'restored',
    budgetMs: 500,
    productionRows,
  });
  expect(verdict).toBe('unsafe');
  expect(reasons[0]?.estimatedMs).toBe(42_000);
  expect(reasons[0]?.sentence).toContain('About 42 s with production’s 2,000,000 rows.');
});

test('the statement that took the lock is named beside the one that works', () => {
  const alter: StatementObservation = {
    ...indexBuild,
    sql: 'ALTER TABLE "shop_order" ADD COLUMN "note" text NULL',
    startedAtMs: 5,
    ms: 2,
    locks: [
      {
        table,
        mode: 'AccessExclusiveLock',
        requestedAtMs: 5,
        waitedMs: 0,
        heldMs: 430,
        source: 'hook',
      },
    ],
    scans: [],
    indexBuilds: [],
  };
  const { reasons } = judge(migrationOf([alter, { ...indexBuild, locks: [] }]));
  expect(reasons[0]?.sentence).toBe(
    `AccessExclusiveLock on ${table} for 430 ms while an index on ${table} is built: reads and writes wait; ` +
      'the lock was taken by “ALTER TABLE "shop_order" ADD COLUMN "note" text NULL” and lasts until the transaction ends.',
  );
});

test('a lock with a timeout, and work without a lock, are safe', () => {
  const brief = { ...indexBuild, indexBuilds: [], scans: [], lockTimeoutMs: 1000 };
  expect(judge(migrationOf([brief])).verdict).toBe('safe');
  expect(judge(migrationOf([{ ...indexBuild, locks: [] }])).verdict).toBe('safe');
});

test('a required column takes one release with db_default, and two before Django 5', () => {
  const added: SchemaChange = {
    kind: 'column-required-added',
    table,
    detail: 'column note: text NOT NULL without a default in the database',
  };
  const recipe = (django: JudgeContext['django']) =>
    judge(migrationOf([], [added]), { django }).reasons[0]?.recipe;
  expect(recipe([5, 0])).toMatchObject({ id: 'required-column', releases: 1 });
  expect(recipe([5, 0])?.code).toContain('"order", "note", models.…Field(db_default=…)');
  expect(recipe([4, 2])).toMatchObject({ id: 'required-column', releases: 2 });
});

test('PostgreSQL 18 takes NOT NULL without a scan in one step less', () => {
  const scan = {
    ...indexBuild,
    sql: 'ALTER TABLE "shop_order" ALTER COLUMN "note" SET NOT NULL',
    indexBuilds: [],
  };
  const code = (postgresMajor: number) =>
    judge(migrationOf([scan]), { postgresMajor, django: undefined }).reasons[0]?.recipe?.code;
  expect(code(17)?.split('\n')).toHaveLength(4);
  expect(code(18)).toBe(
    'ALTER TABLE shop_order ADD CONSTRAINT note_set NOT NULL note NOT VALID;\n' +
      'ALTER TABLE shop_order VALIDATE CONSTRAINT note_set;  -- a transaction of its own',
  );
});

test('a library’s migration only warns, and locks are told once for all migrations', () => {
  const one = migrationOf([indexBuild]);
  const own = { ...one, ...judge(one) };
  const brief = migrationOf([{ ...indexBuild, indexBuilds: [], scans: [] }]);
  const careless = { ...brief, ...judge(brief) };
  const report = {
    startedAt: '',
    postgres: '17.2',
    data: 'synthetic',
    migrations: [own, { ...own, own: false }, careless, careless],
    canaries: [],
  } as const;
  const levels = (tellsLocks: boolean): string[] =>
    checkMigrationVerdicts(report, { tellsLocks }).map(({ code, level }) => `${level} ${code}`);
  expect(levels(true)).toEqual([
    'fail migration-unsafe',
    'warn migration-unsafe',
    'warn migration-no-lock-timeout',
  ]);
  expect(levels(false)).toEqual(['fail migration-unsafe', 'warn migration-unsafe']);
});
