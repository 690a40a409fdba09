import { expect, test } from 'vitest';
import type { FailedStep } from '../../../../src/django/run-migrate.ts';
import {
  explainFailedCommand,
  explainFailedMigration,
} from '../../../../src/rehearse/checks/migration-failure.ts';
import { createLocatePath } from '../../../../src/rehearse/checks/deploy-check-location.ts';
import { errorOf, frameOf } from '../../django/python-errors.ts';

const locate = createLocatePath('/app', { root: '/shop', build: { context: '/shop' } });

const step: FailedStep = {
  type: 'migration-failed',
  app: 'catalog',
  name: '0003_unique_slug',
  own: true,
  file: '/app/catalog/migrations/0003_unique_slug.py',
  ms: 3,
  operation: 'Alter field slug on product',
  line: 14,
};

const duplicate = errorOf(
  'UniqueViolation',
  'could not create unique index "slug"\nDETAIL:  Key (slug)=(cup) is duplicated.',
  {
    module: 'psycopg.errors',
    sqlstate: '23505',
  },
);

test('a schema operation that the database refuses', () => {
  const chain = [
    errorOf('IntegrityError', duplicate.message, { module: 'django.db.utils' }),
    duplicate,
  ];
  const tail = Array.from({ length: 12 }, (_, index) => `line ${index}`);
  expect(
    explainFailedMigration(step, { errors: [{ chain, stage: undefined }], tail }, locate),
  ).toEqual({
    code: 'migration-failed',
    level: 'fail',
    step: 'migrate',
    title:
      'The migration catalog.0003_unique_slug failed (Alter field slug on product): ' +
      'could not create unique index "slug" – Key (slug)=(cup) is duplicated. (23505)',
    detail: tail.slice(2).join('\n'),
    hint: 'Rows break the new constraint. Clean them in an earlier migration.',
    location: { file: 'catalog/migrations/0003_unique_slug.py', line: 14 },
  });
});

test('the line of a function that RunPython called', () => {
  const chain = [
    errorOf('ZeroDivisionError', 'division by zero', {
      frames: [
        frameOf('/app/manage.py', 12, 'main'),
        frameOf('/app/catalog/migrations/0003_unique_slug.py', 8, 'fill'),
      ],
    }),
  ];
  const finding = explainFailedMigration(
    step,
    { errors: [{ chain, stage: undefined }], tail: [] },
    locate,
  );
  expect(finding.title).toContain(
    'failed (Alter field slug on product): ZeroDivisionError: division by zero',
  );
  expect(finding.location).toEqual({ file: 'catalog/migrations/0003_unique_slug.py', line: 8 });
});

test('a command of Django that refuses', () => {
  const chain = [
    errorOf('SystemExit', '1', { code: 1 }),
    errorOf(
      'CommandError',
      'Conflicting migrations detected; multiple leaf nodes in the migration graph: (0002_a, 0002_b in catalog).',
      { module: 'django.core.management.base' },
    ),
  ];
  const command = ['python', 'manage.py', 'migrate'];
  const result = { exitCode: 1, errors: [{ chain, stage: undefined }], tail: [] };
  const finding = explainFailedCommand(command, result, locate);
  expect(finding.title).toBe(
    'The release command “python manage.py migrate” failed: django.core.management.base.CommandError: ' +
      'Conflicting migrations detected; multiple leaf nodes in the migration graph: (0002_a, 0002_b in catalog).',
  );
  expect(finding.hint).toBe('Run “python manage.py makemigrations --merge” and commit the file.');
});

test('any other program has its exit code and its last lines', () => {
  const finding = explainFailedCommand(
    ['./release.sh'],
    { exitCode: 3, errors: [], tail: ['no key'] },
    locate,
  );
  expect(finding.title).toBe('The release command “./release.sh” failed: exit code 3');
  expect(finding.detail).toBe('no key');
  expect(finding.location).toBeUndefined();
});

test('a database at another address', () => {
  const message =
    'connection failed: connection to server at "127.0.0.1", port 5432 failed: Connection refused';
  const chain = [errorOf('OperationalError', message, { module: 'django.db.utils' })];
  const result = { exitCode: 1, errors: [{ chain, stage: undefined }], tail: [] };
  expect(explainFailedCommand(['python', 'manage.py', 'migrate'], result, locate).hint).toBe(
    'The settings look for a database elsewhere than the rehearsal’s. Let them read its address ' +
      'from the environment, and pass it under app.env in djdev.yaml, for example ' +
      'DATABASE_URL: ${services.postgres.url}',
  );
});

test('a traceback whose beginning is not among the last lines is left out too', () => {
  const tail = [
    '    self.run_from_argv(sys.argv)',
    '  File "/usr/local/lib/python3.13/site-packages/psycopg/cursor.py", line 117, in execute',
    '    raise ex.with_traceback(None)',
    'django.db.utils.IntegrityError: could not create unique index "code_uniq"',
    'DETAIL:  Key (code)=(none) is duplicated.',
    '  Applying orders.0006_bad...',
  ];
  const result = { exitCode: 1, errors: [{ chain: [duplicate], stage: undefined }], tail };
  expect(explainFailedMigration(step, result, locate).detail).toBe(
    'DETAIL:  Key (code)=(none) is duplicated.\n  Applying orders.0006_bad...',
  );
});

test('tracebacks are left out of the last lines', () => {
  const tail = [
    'Running migrations:',
    'Traceback (most recent call last):',
    '  File "/usr/local/lib/python3.13/site-packages/psycopg/cursor.py", line 117, in execute',
    '    raise ex.with_traceback(None)',
    'psycopg.errors.UndefinedTable: relation "nope" does not exist',
    'LINE 1: ALTER TABLE nope ADD COLUMN x int',
    '',
    'The above exception was the direct cause of the following exception:',
    '',
    'Traceback (most recent call last):',
    '  File "/app/manage.py", line 16, in <module>',
    'django.db.utils.ProgrammingError: relation "nope" does not exist',
    '  Applying orders.0006_bad...',
  ];
  const result = { exitCode: 1, errors: [{ chain: [duplicate], stage: undefined }], tail };
  expect(explainFailedMigration(step, result, locate).detail).toBe(
    'Running migrations:\nLINE 1: ALTER TABLE nope ADD COLUMN x int\n  Applying orders.0006_bad...',
  );
});
