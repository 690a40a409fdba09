import { expect, test } from 'vitest';
import { ExceptionReader } from '../../../../src/rehearse/previous/exception-log.ts';

/** Lines one millisecond after another. */
function read(...lines: readonly string[]) {
  const reader = new ExceptionReader();
  for (const [index, line] of lines.entries()) reader.take(line, 1000 + index);
  return reader.exceptions.map(({ text, path }) => ({ text, path }));
}

test('the last line of a traceback, with the request that it belongs to', () => {
  expect(
    read(
      'Internal Server Error: /loans/',
      'Traceback (most recent call last):',
      '  File "/app/library/views.py", line 9, in lend',
      '    raise ValueError("no")',
      'ValueError: no',
      'Internal Server Error: /books/',
      'Traceback (most recent call last):',
      'django.db.utils.ProgrammingError: column library_book.pages does not exist',
    ),
  ).toEqual([
    { text: 'ValueError: no', path: '/loans/' },
    {
      text: 'django.db.utils.ProgrammingError: column library_book.pages does not exist',
      path: '/books/',
    },
  ]);
});

test('of a chain the exception that was raised in the end', () => {
  expect(
    read(
      'Internal Server Error: /loans/',
      'Traceback (most recent call last):',
      'psycopg.errors.NotNullViolation: null value in column "note"',
      'DETAIL:  Failing row contains (1, null).',
      '',
      'The above exception was the direct cause of the following exception:',
      '',
      'Traceback (most recent call last):',
      'django.db.utils.IntegrityError: null value in column "note"',
    ).map(({ text }) => text),
  ).toEqual(['django.db.utils.IntegrityError: null value in column "note"']);
});

test('a traceback inside of a JSON record', () => {
  const record = {
    level: 'ERROR',
    message: 'Internal Server Error: /basket/',
    exc_info: 'Traceback (most recent call last):\n  File "x"\nKeyError: 1\nRuntimeError: gone\n',
  };
  expect(read(JSON.stringify(record), '{"message": "GET / 200"}')).toEqual([
    { text: 'RuntimeError: gone', path: '/basket/' },
  ]);
});

test('what only looks like an exception is none', () => {
  expect(read('ValueError: written by hand', 'GET /loans/ 200')).toEqual([]);
});
