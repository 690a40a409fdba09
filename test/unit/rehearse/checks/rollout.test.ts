import { describe, expect, test } from 'vitest';
import type { DeployOrder } from '../../../../src/report/migration-report.ts';
import { checkDeployOrder } from '../../../../src/rehearse/checks/deploy-order.ts';
import { checkLongReader } from '../../../../src/rehearse/checks/long-reader.ts';
import { previousIncomplete } from '../../../../src/rehearse/checks/previous-incomplete.ts';
import { checkOldImage, checkReversed } from '../../../../src/rehearse/checks/rollback.ts';

describe('the deploy order', () => {
  const advice = { reasons: ['old code: INSERT fails'], onlyEmptyInserts: false, blindSpots: [] };

  test.each([
    ['any-order', 'pass'],
    ['migrate-then-deploy', 'pass'],
    ['deploy-then-migrate', 'fail'],
    ['no-safe-order', 'fail'],
    ['broken', 'fail'],
  ] as const satisfies readonly (readonly [DeployOrder, string])[])('%s: %s', (order, level) => {
    expect(checkDeployOrder({ ...advice, order })).toMatchObject({ code: 'deploy-order', level });
  });

  test('what only an INSERT without the column breaks is a warning, with what nobody tried', () => {
    const finding = checkDeployOrder({
      ...advice,
      order: 'deploy-then-migrate',
      onlyEmptyInserts: true,
      blindSpots: ['public.shop_order: check total > 0'],
    });
    expect(finding.level).toBe('warn');
    expect(finding.detail).toMatch(
      /^old code: INSERT fails\nRows that are written with all columns/,
    );
    expect(finding.detail).toMatch(/Not seen by trying existing rows: public\.shop_order: check/);
  });
});

describe('the long reader', () => {
  const waited = {
    readerMs: 2000,
    worstStallMs: 1990,
    lockTimeoutMs: 0,
    outcome: 'waited',
  } as const;
  const about = {
    table: 'public.shop_order',
    lockBudgetMs: undefined,
    command: 'python manage.py migrate',
  };

  test('without lock_timeout the fix for this project is said', () => {
    expect(checkLongReader({ ...about, longReader: waited })).toMatchObject([
      {
        code: 'lock-timeout-missing',
        title: 'Behind a reader of 2 s, every request on public.shop_order waited 1990 ms.',
        hint: expect.stringMatching(/lock_timeout=2s.*“python manage\.py migrate”/),
      },
    ]);
  });

  test('giving up in time is polite, giving up late is over the budget', () => {
    const gaveUp = {
      ...waited,
      outcome: 'gave-up',
      lockTimeoutMs: 900,
      worstStallMs: 905,
    } as const;
    expect(checkLongReader({ ...about, longReader: gaveUp })).toEqual([]);
    expect(checkLongReader({ ...about, longReader: gaveUp, lockBudgetMs: 500 })).toMatchObject([
      { code: 'long-reader-stall', detail: expect.stringContaining('lock_timeout is 900 ms') },
    ]);
    expect(checkLongReader({ ...about, longReader: gaveUp, lockBudgetMs: 1000 })).toEqual([]);
  });

  test('a migration that waits for nobody is fine', () => {
    const unaffected = { ...waited, worstStallMs: 0, outcome: 'unaffected' } as const;
    expect(checkLongReader({ ...about, longReader: unaffected })).toEqual([]);
  });
});

describe('the way back', () => {
  const fine = { failure: undefined, failed: [], log: [], requests: 4 };

  test('an old image that answers is no finding', () => {
    expect(checkOldImage('v1', fine)).toEqual([]);
  });

  test('one that does not start or answer fails', () => {
    const failed = ['POST /loans/ answers 500'];
    expect(checkOldImage('v1', { ...fine, failed, log: ['IntegrityError: x'] })).toMatchObject([
      {
        code: 'rollback-failed',
        title: 'Rolling back is no way out: v1 fails at 1 of 4 requests on the new schema.',
        detail: 'POST /loans/ answers 500\nIntegrityError: x',
      },
    ]);
    expect(checkOldImage('v1', { ...fine, failure: 'ended with exit code 3' })).toMatchObject([
      { title: 'Rolling back is no way out: on the new schema v1 ended with exit code 3.' },
    ]);
  });

  test('migrations without a way back are named', () => {
    expect(
      checkReversed([
        { type: 'reversed', app: 'shop', name: '0004' },
        { type: 'irreversible', app: 'shop', name: '0003', operation: 'Raw Python operation' },
        { type: 'reverse-failed', app: 'shop', name: '0002', error: 'column "x" exists' },
      ]).map(({ code, title, level }) => `${level} ${code}: ${title}`),
    ).toEqual([
      'warn migration-irreversible: shop.0003 cannot be reversed: “Raw Python operation” has no way back.',
      'warn migration-reverse-failed: shop.0002 fails when it is reversed.',
    ]);
  });
});

test('what git does not hold itself is said', () => {
  expect(previousIncomplete('v1', { submodules: [], pointers: [] })).toEqual([]);
  expect(previousIncomplete('v1', { submodules: ['theme'], pointers: ['logo.png'] })).toMatchObject(
    [
      {
        code: 'previous-incomplete',
        level: 'warn',
        detail: 'Submodules, left out: theme.\nFiles of Git LFS, only their pointers: logo.png.',
      },
    ],
  );
});
