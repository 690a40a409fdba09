import { expect, test } from 'vitest';
import {
  checkImport,
  importBrokeOff,
} from '../../../../src/rehearse/checks/deploy-check-import.ts';
import { createLocatePath } from '../../../../src/rehearse/checks/deploy-check-location.ts';
import { errorOf, frameOf, keyError } from '../../django/python-errors.ts';

const locate = createLocatePath('/app', {
  root: '/home/ada/shop',
  build: { context: '/home/ada/shop' },
});

test('a variable read straight from os.environ', () => {
  expect(checkImport({ stage: 'settings', chain: [keyError('STRIPE_KEY')] }, locate)).toEqual({
    code: 'settings-import-failed',
    level: 'fail',
    step: 'settings',
    title: 'The production settings cannot be imported: the variable STRIPE_KEY has no value.',
    detail: "KeyError: 'STRIPE_KEY' at config/settings/production.py:41",
    hint:
      'Production needs STRIPE_KEY. Give it a value for the rehearsal under app.env in ' +
      'djdev.yaml, or in an env file.',
    location: { file: 'config/settings/production.py', line: 41 },
  });
});

test('a variable read by a helper: the setting counts, not the helper', () => {
  const error = errorOf(
    'ImproperlyConfigured',
    'The environment variable DATABASE_URL is required and has no value.',
    {
      module: 'django.core.exceptions',
      frames: [
        frameOf('/app/config/settings/base.py', 55),
        frameOf('/app/config/env.py', 80, 'database'),
        frameOf('/app/config/env.py', 26, 'required'),
      ],
    },
  );
  const finding = checkImport({ stage: 'settings', chain: [error] }, locate);
  expect(finding.title).toBe(
    'The production settings cannot be imported: the variable DATABASE_URL has no value.',
  );
  expect(finding.location).toEqual({ file: 'config/settings/base.py', line: 55 });
});

test('a package that is not installed', () => {
  const error = errorOf('ModuleNotFoundError', "No module named 'corsheaders'", {
    name: 'corsheaders',
    frames: [frameOf('<frozen importlib._bootstrap>', 1324, '_find_and_load_unlocked')],
  });
  const finding = checkImport({ stage: 'setup', chain: [error] }, locate);
  expect(finding.title).toBe(
    'The project’s apps cannot be loaded with the production settings: the module “corsheaders” is not in the image.',
  );
  expect(finding.hint).toContain('add it to the requirements');
  expect(finding.location).toBeUndefined();
});

test('a syntax error is at the file that has it', () => {
  const error = errorOf('SyntaxError', "'(' was never closed (production.py, line 7)", {
    filename: '/app/config/settings/production.py',
    lineno: 7,
  });
  const finding = checkImport({ stage: 'settings', chain: [error] }, locate);
  expect(finding.location).toEqual({ file: 'config/settings/production.py', line: 7 });
});

test('the whole chain is evidence', () => {
  const chain = [
    errorOf('ImproperlyConfigured', 'Cannot read the key.', {
      frames: [frameOf('/app/config/settings/base.py', 3)],
    }),
    errorOf('FileNotFoundError', "[Errno 2] No such file or directory: '/run/secrets/key'", {
      frames: [frameOf('/app/config/keys.py', 9, 'read')],
    }),
  ];
  const finding = checkImport({ stage: 'settings', chain }, locate);
  expect(finding.detail).toBe(
    'ImproperlyConfigured: Cannot read the key. at config/settings/base.py:3\n' +
      "  caused by FileNotFoundError: [Errno 2] No such file or directory: '/run/secrets/key' at config/keys.py:9",
  );
});

test('a process that was killed says so', () => {
  const finding = importBrokeOff({ exitCode: 137, signal: 9, tail: ['loading the model'] });
  expect(finding.title).toBe(
    'Python ended with exit code 137 (killed by signal 9) while it imported the project.',
  );
  expect(finding.detail).toBe('loading the model');
});
