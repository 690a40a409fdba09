import { expect, test } from 'vitest';
import { checkOldRelease, onlyHealthVisited } from '../../../../src/rehearse/checks/old-release.ts';
import type { EndpointSeries, MigrationReport } from '../../../../src/report/migration-report.ts';

const series = (endpoint: string, changes: Partial<EndpointSeries> = {}): EndpointSeries => ({
  endpoint,
  requests: 40,
  failed: 0,
  baselineMs: 20,
  worstMs: 30,
  points: [],
  ...changes,
});

const index: MigrationReport = {
  app: 'shop',
  name: '0007_index',
  own: true,
  file: 'shop/migrations/0007_index.py',
  atomic: true,
  outcome: 'applied',
  startedAtMs: 100,
  ms: 900,
  operations: [
    {
      description: 'Create index',
      kind: 'AddIndex',
      location: { file: 'shop/migrations/0007_index.py', line: 9 },
      statements: [],
    },
  ],
  schemaChanges: [],
  blocked: [],
  worstReadMs: 0,
  worstWriteMs: 0,
  verdict: 'safe',
  reasons: [],
};

const calm = {
  label: 'v1.4.0 (1a2b3c4)',
  series: [series('GET /'), series('POST /orders/')],
  errors: [],
  unsteady: [],
  migrations: [index],
  lockBudgetMs: undefined,
  pressure: 1,
};

test('a release that serves on passes', () => {
  expect(checkOldRelease(calm)).toEqual([
    expect.objectContaining({
      code: 'old-release-serves',
      level: 'pass',
      title: 'v1.4.0 (1a2b3c4) went on serving: 80 requests, no error, slowest 30 ms.',
    }),
  ]);
});

test('errors are told by their cause, whatever keys their rows have', () => {
  const exception = (key: number) => `IntegrityError: null value in column "x" of row ${key}`;
  const error = { endpoint: 'POST /orders/', status: 500, migration: 'shop.0007_index' };
  const findings = checkOldRelease({
    ...calm,
    series: [series('POST /orders/', { failed: 2 }), series('POST /basket/', { failed: 1 })],
    errors: [
      { ...error, atMs: 1000, exception: exception(7) },
      { ...error, atMs: 1100, exception: exception(8) },
      { ...error, atMs: 1200, exception: exception(9), endpoint: 'POST /basket/' },
      { atMs: 1300, endpoint: 'GET /', status: 0 },
    ],
  });
  expect(findings.map(({ level, title }) => `${level}: ${title}`)).toEqual([
    'fail: POST /orders/ and 1 more of the old release answers 500 after shop.0007_index.',
    'fail: GET / of the old release is not answered.',
  ]);
  expect(findings[0]).toMatchObject({
    detail:
      'IntegrityError: null value in column "x" of row 7\n' +
      'POST /orders/: 2 of 40 requests failed.\nPOST /basket/: 1 of 40 requests failed.',
    hint: expect.stringContaining('db_default'),
    location: { file: 'shop/migrations/0007_index.py', line: 9 },
  });
});

test('a stall counts while a migration runs, and fails only over a declared budget', () => {
  const stalled = {
    ...calm,
    series: [
      series('GET /'),
      series('POST /orders/', { worstMs: 1300, points: [[150, 1300, 201]] }),
    ],
  };
  expect(checkOldRelease(stalled)).toMatchObject([
    {
      code: 'old-release-stall',
      level: 'warn',
      title: 'POST /orders/ of the old release waited 1300 ms during shop.0007_index.',
    },
  ]);
  expect(checkOldRelease({ ...stalled, pressure: 2 })[0]?.code).toBe('old-release-serves');
  expect(checkOldRelease({ ...stalled, lockBudgetMs: 500 })).toMatchObject([{ level: 'fail' }]);
  expect(checkOldRelease({ ...stalled, lockBudgetMs: 2000 })[0]?.code).toBe('old-release-serves');
  const later = series('GET /', { worstMs: 1300, points: [[5000, 1300, 200]] });
  expect(checkOldRelease({ ...calm, series: [later] })[0]?.code).toBe('old-release-serves');
  const slow = series('GET /', { worstMs: 1300, baselineMs: 800, points: [[150, 1300, 200]] });
  expect(checkOldRelease({ ...calm, series: [slow] })[0]?.code).toBe('old-release-serves');
});

test('what failed before is not blamed on the migration', () => {
  expect(checkOldRelease({ ...calm, unsteady: ['GET /'] })).toMatchObject([
    {
      code: 'previous-unsteady',
      level: 'warn',
      title: 'v1.4.0 (1a2b3c4) fails by itself at GET /.',
    },
    { code: 'old-release-serves' },
  ]);
});

test('without smoke requests little is visited, and that is said', () => {
  expect(onlyHealthVisited('v1')).toMatchObject({
    code: 'previous-unsteady',
    level: 'warn',
    title: 'Only the health URL of v1 is visited: the manifest has no smoke requests.',
  });
});
