import type {
  CanarySeries,
  EndpointSeries,
  MigrationReport,
  MigrationsReport,
  StatementObservation,
} from '../../src/report/migration-report.ts';

const quiet: StatementObservation = {
  sql: 'ALTER TABLE "catalog_category" ADD COLUMN "position" integer DEFAULT 0 NOT NULL',
  startedAtMs: 40,
  ms: 6,
  locks: [
    {
      table: 'public.catalog_category',
      mode: 'AccessExclusiveLock',
      requestedAtMs: 40,
      waitedMs: 0,
      heldMs: 11,
      source: 'hook',
    },
  ],
  rewrites: [],
  scans: [],
  indexBuilds: [],
  rowsChanged: [],
  lockTimeoutMs: 0,
  deferred: false,
  inTransaction: true,
};

const slow: StatementObservation = {
  ...quiet,
  sql: 'ALTER TABLE "orders_order" ALTER COLUMN "total" TYPE numeric(12, 2) USING "total"::numeric(12, 2)',
  startedAtMs: 180,
  ms: 1460,
  locks: [
    {
      table: 'public.orders_order',
      mode: 'AccessExclusiveLock',
      requestedAtMs: 180,
      waitedMs: 220,
      heldMs: 1490,
      source: 'hook',
    },
    {
      table: 'public.auth_user',
      mode: 'ShareRowExclusiveLock',
      requestedAtMs: 1520,
      waitedMs: 0,
      heldMs: 370,
      source: 'sampler',
    },
  ],
  rewrites: ['public.orders_order'],
  scans: [{ table: 'public.orders_order', rows: 300_000 }],
  indexBuilds: ['public.orders_order'],
};

function migration(change: Partial<MigrationReport>): MigrationReport {
  return {
    app: 'catalog',
    name: '0004_category_position',
    own: true,
    file: 'catalog/migrations/0004_category_position.py',
    atomic: true,
    outcome: 'applied',
    startedAtMs: 30,
    ms: 60,
    operations: [
      { description: 'Add field position to category', kind: 'AddField', statements: [quiet] },
    ],
    schemaChanges: [],
    blocked: [],
    worstReadMs: 2,
    worstWriteMs: 3,
    verdict: 'safe',
    reasons: [],
    ...change,
  };
}

/** Answers of a few milliseconds, but for those that came while the table was locked. */
function points(fromMs: number, stallMs: number): readonly (readonly [number, number])[] {
  return Array.from({ length: 110 }, (_, index) => {
    const atMs = index * 20;
    const stalls = atMs >= fromMs && atMs < fromMs + stallMs;
    return [atMs, stalls ? Math.max(3, fromMs + stallMs - atMs) : 2 + ((index * 7) % 5)] as const;
  });
}

const write: CanarySeries = {
  table: 'public.orders_order',
  kind: 'write',
  worstMs: 1700,
  points: points(190, 1700),
};

const page: EndpointSeries = {
  endpoint: 'GET /basket/',
  requests: 110,
  failed: 7,
  baselineMs: 14,
  worstMs: 1640,
  points: points(200, 1640).map(
    ([atMs, ms], index) => [atMs, ms + 12, index > 18 && index < 26 ? 500 : 200] as const,
  ),
};

/** Three migrations, one of which stops a page for more than a second. */
export const sampleMigrations: MigrationsReport = {
  startedAt: '2026-11-22T12:00:06.000Z',
  postgres: '17.2',
  data: 'restored',
  migrations: [
    migration({}),
    migration({
      app: 'orders',
      name: '0006_order_total_numeric',
      file: 'orders/migrations/0006_order_total_numeric.py',
      startedAtMs: 160,
      ms: 1740,
      operations: [
        { description: 'Alter field total on order', kind: 'AlterField', statements: [slow] },
      ],
      blocked: [
        {
          application: 'old release',
          atMs: 200,
          waitedMs: 1640,
          waitedFor: 'public.orders_order',
          query: 'SELECT … FROM orders_order',
        },
      ],
      worstReadMs: 1640,
      worstWriteMs: 1700,
      verdict: 'unsafe',
      reasons: [
        {
          level: 'unsafe',
          rule: 'lock-during-rewrite',
          sentence:
            'AccessExclusiveLock on public.orders_order for 1.5 s while the table is written anew: reads and writes wait.',
          recipe: {
            id: 'new-column',
            summary: 'Add a new column, fill it in batches, then switch',
            releases: 3,
            code: 'operations = [\n    migrations.AddField("order", "total_new", models.DecimalField(null=True)),\n]',
          },
        },
      ],
    }),
    migration({
      name: '0008_product_listing_index',
      file: 'catalog/migrations/0008_product_listing_index.py',
      startedAtMs: 1920,
      ms: 190,
      operations: [
        {
          description: 'Create index on product',
          kind: 'AddIndex',
          statements: [
            {
              ...quiet,
              sql: 'CREATE INDEX "listing" ON "catalog_product" ("is_active", "name")',
              startedAtMs: 1930,
              ms: 160,
              locks: [
                {
                  table: 'public.catalog_product',
                  mode: 'ShareLock',
                  requestedAtMs: 1930,
                  waitedMs: 0,
                  heldMs: 172,
                  source: 'hook',
                },
              ],
            },
          ],
        },
      ],
      verdict: 'caution',
      reasons: [
        {
          level: 'caution',
          rule: 'lock-during-index-build',
          sentence:
            'ShareLock on public.catalog_product for 172 ms while an index is built: writes wait.',
        },
      ],
    }),
  ],
  canaries: [
    write,
    { ...write, kind: 'read', table: 'public.catalog_product', worstMs: 6, points: points(0, 0) },
  ],
  oldRelease: {
    reference: 'v1.4.0',
    image: 'djdev-shop-82085f:1d2c',
    endpoints: [page],
    errors: [
      {
        atMs: 400,
        endpoint: 'GET /basket/',
        status: 500,
        exception: 'OperationalError: canceling statement due to statement timeout',
        migration: 'orders.0006_order_total_numeric',
      },
    ],
    cells: [
      { code: 'old', schema: 'old', models: 12, notSwept: [], failures: [] },
      {
        code: 'old',
        schema: 'new',
        models: 12,
        notSwept: [],
        failures: [
          { model: 'orders.Order', operation: 'insert', error: 'null value in column "currency"' },
        ],
      },
      { code: 'new', schema: 'new', models: 12, notSwept: [], failures: [] },
    ],
    deployOrder: 'no-safe-order',
    rollback: {
      oldImage: 'failed',
      reversed: [],
      irreversible: ['orders.0006_order_total_numeric'],
      failed: [],
    },
  },
};
