import { expect, test } from 'vitest';
import { readPostgresFailure } from '../../../src/database/postgres-error.ts';

test('takes message, detail and SQLSTATE of a server error', () => {
  const error = Object.assign(new Error('duplicate key value'), {
    code: '23505',
    detail: 'Key (slug)=(a) already exists.',
  });
  expect(readPostgresFailure(error)).toEqual({
    sqlState: '23505',
    message: 'duplicate key value – Key (slug)=(a) already exists.',
  });
});

test('a failed connection has no SQLSTATE', () => {
  const error = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
  expect(readPostgresFailure(error)).toEqual({ sqlState: undefined, message: 'ECONNREFUSED' });
});
