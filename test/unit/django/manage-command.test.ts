import { expect, test } from 'vitest';
import { findManagePath, readManageCommand } from '../../../src/django/manage-command.ts';

test.each([
  ['python manage.py migrate --noinput', { manage: 'manage.py', argv: ['migrate', '--noinput'] }],
  ['python3.13 -u backend/manage.py migrate', { manage: 'backend/manage.py', argv: ['migrate'] }],
  ['/app/.venv/bin/python manage.py migrate', { manage: 'manage.py', argv: ['migrate'] }],
  ['./manage.py migrate -v 2', { manage: './manage.py', argv: ['migrate', '-v', '2'] }],
  ['uv run python manage.py migrate', { manage: 'manage.py', argv: ['migrate'] }],
  ['django-admin migrate', { manage: undefined, argv: ['migrate'] }],
  ['python -m django migrate', { manage: undefined, argv: ['migrate'] }],
  ['python -m manage migrate', undefined],
  ['python seed.py manage.py', undefined],
  ['./release.sh', undefined],
  ['sh -c manage.py', undefined],
  ['', undefined],
])('%s', (line, expected) => {
  expect(readManageCommand(line.split(' ').filter(Boolean))).toEqual(expected);
});

test('a manage.py elsewhere than in the working directory is named', () => {
  expect(findManagePath([['python', 'manage.py', 'migrate']])).toBeUndefined();
  expect(findManagePath([['python', './manage.py', 'migrate']])).toBeUndefined();
  expect(findManagePath([['./release.sh'], ['python', 'src/manage.py', 'migrate']])).toBe(
    'src/manage.py',
  );
});
