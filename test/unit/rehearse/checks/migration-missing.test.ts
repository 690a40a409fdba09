import { expect, test } from 'vitest';
import { checkMissingMigrations } from '../../../../src/rehearse/checks/migration-missing.ts';
import { summariseMigrations } from '../../../../src/rehearse/checks/migration-times.ts';

const change = {
  app: 'catalog',
  name: '0004_product_weight',
  own: true,
  operations: ['Add field weight to product'],
};

test('a change without a migration fails, and says what is missing', () => {
  expect(checkMissingMigrations({ missing: [change], conflicts: [] })).toEqual([
    {
      code: 'migrations-missing',
      level: 'fail',
      step: 'settings',
      title: 'The models of “catalog” changed, and no migration says so.',
      detail:
        'makemigrations would create catalog/migrations/0004_product_weight.py:\n' +
        '  - Add field weight to product',
      hint: 'Run “python manage.py makemigrations catalog” and commit the file.',
    },
  ]);
});

test('a library’s own gap is a warning', () => {
  const findings = checkMissingMigrations({ missing: [{ ...change, own: false }], conflicts: [] });
  expect(findings.map(({ level }) => level)).toEqual(['warn']);
});

test('applied migrations are listed, the slowest first', () => {
  const step = { type: 'migration-applied', app: 'catalog', own: true, file: '' } as const;
  const finding = summariseMigrations(
    [
      { ...step, name: '0001_initial', ms: 4.4 },
      { ...step, name: '0002_fill', ms: 212.3 },
      { ...step, app: 'auth', own: false, name: '0001_initial', ms: 31 },
    ],
    300.2,
  );
  expect(finding.title).toBe('3 migrations applied in 300 ms, 2 of them your own.');
  expect(finding.detail).toBe(
    'catalog.0002_fill 212 ms\nauth.0001_initial 31 ms\ncatalog.0001_initial 4.4 ms',
  );
  expect(finding.measurement).toEqual({ name: 'migrations', value: 300, unit: 'ms' });
});
