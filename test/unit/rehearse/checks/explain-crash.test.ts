import { expect, test } from 'vitest';
import { explainCrash } from '../../../../src/rehearse/checks/explain-crash.ts';

const exit = { exitCode: 1, outOfMemory: false, error: undefined };

test.each([
  ["KeyError: 'STRIPE_KEY'", 'Production needs STRIPE_KEY.'],
  [
    'django.core.exceptions.ImproperlyConfigured: Set the DATABASE_URL environment variable',
    'Production needs DATABASE_URL.',
  ],
  [
    'decouple.UndefinedValueError: API_KEY not found. Declare it as envvar or define a default value.',
    'Production needs API_KEY.',
  ],
  [
    'django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.',
    'The variable that SECRET_KEY is read from is empty.',
  ],
  [
    'ImproperlyConfigured: CORS_ALLOWED_ORIGINS is not a list',
    'Correct the production settings: CORS_ALLOWED_ORIGINS is not a list',
  ],
  ["ModuleNotFoundError: No module named 'corsheaders'", 'corsheaders is not in the image.'],
  [
    'psycopg.OperationalError: could not translate host name "db" to address',
    'The database host “db” does not exist',
  ],
  [
    "psycopg.OperationalError: failed to resolve host 'db': [Errno -2]",
    'The database host “db” does not exist',
  ],
  ['FATAL:  password authentication failed for user "shop"', 'The settings log in as “shop”'],
  [
    'connection to server at "127.0.0.1", port 5432 failed: Connection refused',
    'Nothing listens at the database address.',
  ],
  [
    'django.db.utils.ProgrammingError: relation "auth_user" does not exist',
    'The table auth_user is missing.',
  ],
  ["ValueError: Missing staticfiles manifest entry for 'site.css'", 'site.css was not collected.'],
  [
    'OSError: [Errno 98] Address already in use',
    'Two processes in the container want the same port.',
  ],
  [
    "PermissionError: [Errno 13] Permission denied: '/app/media'",
    'The user of the image may not use /app/media.',
  ],
  ["ImportError: cannot import name 'url' from 'django.conf.urls'", 'django.conf.urls has no url.'],
  ["NameError: name 'foo' is not defined", "The code cannot be loaded: name 'foo' is not defined."],
  [
    'standard_init_linux.go: exec user process caused: exec format error',
    'The program was built for another architecture',
  ],
  [
    'gunicorn: error: unrecognized arguments: --wrokers',
    'The server does not know these arguments: --wrokers.',
  ],
])('%s', (line, hint) => {
  expect(explainCrash(exit, ['before', line, 'after']).startsWith(hint)).toBe(true);
});

test('a lack of memory goes before any line', () => {
  expect(explainCrash({ ...exit, outOfMemory: true }, ["KeyError: 'A_B'"])).toMatch(/memory limit/);
});

test('a process that ends well was not meant to end', () => {
  expect(explainCrash({ ...exit, exitCode: 0 }, ['done'])).toMatch(/must stay in the foreground/);
});

test('without a known line it says where to look', () => {
  expect(explainCrash(exit, ['Segmentation fault'])).toMatch(/^The last lines say why/);
});

test('structured logs are read, too', () => {
  const line = JSON.stringify({ message: 'boot', exc_info: 'relation "shop_cup" does not exist' });
  expect(explainCrash(exit, [line])).toMatch(/^The table shop_cup is missing\./);
});

test('a process that was killed is told apart from one that failed', () => {
  expect(explainCrash({ ...exit, exitCode: 137 }, [])).toMatch(/^SIGKILL ended it/);
});
