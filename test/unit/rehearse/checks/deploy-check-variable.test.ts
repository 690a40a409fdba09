import { expect, test } from 'vitest';
import { findMissingVariable } from '../../../../src/rehearse/checks/deploy-check-variable.ts';
import { errorOf, frameOf, keyError } from '../../django/python-errors.ts';

test('os.environ', () => {
  expect(findMissingVariable([keyError('STRIPE_KEY')])).toBe('STRIPE_KEY');
});

test('the variable may be in the cause', () => {
  const wrapped = errorOf('ImproperlyConfigured', 'Settings are incomplete.');
  expect(findMissingVariable([wrapped, keyError('STRIPE_KEY')])).toBe('STRIPE_KEY');
});

test.each([
  ['django-environ', 'Set the DATABASE_URL environment variable', 'DATABASE_URL'],
  [
    'decouple',
    'SECRET_KEY not found. Declare it as envvar or define a default value.',
    'SECRET_KEY',
  ],
  ['environs', 'Environment variable "REDIS_URL" not set', 'REDIS_URL'],
  ['by hand', 'The environment variable EMAIL_URL is required and has no value.', 'EMAIL_URL'],
  ['by hand', 'Missing env variable: SENTRY_DSN', 'SENTRY_DSN'],
  ['by hand', 'AWS_REGION must be set in the environment', 'AWS_REGION'],
])('%s: %s', (_, message, name) => {
  expect(findMissingVariable([errorOf('ImproperlyConfigured', message)])).toBe(name);
});

test.each([
  'The environment variable WEB_CONCURRENCY must be a whole number.',
  'The SECRET_KEY setting must not be empty.',
  'The environment variable for the cache is missing',
  'Error loading psycopg2 or psycopg module',
])('does not blame a variable for: %s', (message) => {
  expect(findMissingVariable([errorOf('ImproperlyConfigured', message)])).toBeUndefined();
});

test('a KeyError of another dictionary is no variable', () => {
  const error = errorOf('KeyError', "'ENGINE'", {
    frames: [frameOf('/app/config/settings.py', 3)],
  });
  expect(findMissingVariable([error])).toBeUndefined();
});
