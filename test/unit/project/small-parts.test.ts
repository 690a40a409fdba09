import { expect, test } from 'vitest';
import { includesVersion } from '../../../src/project/check-version.ts';
import { closestName } from '../../../src/project/closest-name.ts';
import { databasePart } from '../../../src/project/database-variables.ts';
import {
  formatBytes,
  formatDuration,
  parseBytes,
  parseDurationMs,
} from '../../../src/project/quantities.ts';
import { looksSecret } from '../../../src/project/secret-name.ts';
import { splitCommand } from '../../../src/project/split-command.ts';

test.each([
  ['500ms', 500],
  ['20s', 20_000],
  ['1.5m', 90_000],
  ['20', undefined],
  ['20 s', undefined],
  ['-1s', undefined],
  ['1h', undefined],
])('the duration %s is %s ms', (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms);
});

test.each([
  ['400MB', 400_000_000],
  ['1.5GB', 1_500_000_000],
  ['900 kB', 900_000],
  ['1MiB', 1_048_576],
  ['400', undefined],
  ['400M', undefined],
])('the size %s is %s bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test('quantities are written as they are read', () => {
  expect([formatDuration(1500), formatDuration(20_000)]).toEqual(['1500ms', '20s']);
  expect([formatBytes(400_000_000), formatBytes(1_500_000_000), formatBytes(1)]).toEqual([
    '400MB',
    '1500MB',
    '1B',
  ]);
});

test.each([
  [
    `gunicorn config.wsgi --bind 0.0.0.0:8000`,
    ['gunicorn', 'config.wsgi', '--bind', '0.0.0.0:8000'],
  ],
  [`sh -c 'a && b | c'`, ['sh', '-c', 'a && b | c']],
  [`echo "a \\"b\\" c" d\\ e ''`, ['echo', 'a "b" c', 'd e', '']],
  [`  a\t b\n`, ['a', 'b']],
  [`--format=%(h)s*?~`, ['--format=%(h)s*?~']],
])('the command %s is split as a shell splits it', (text, words) => {
  expect(splitCommand(text)).toEqual({ words });
});

test.each(['a && b', 'a; b', 'a > b', 'a $B', 'a "$B"', 'a `b`', 'a "b', "a 'b", '  '])(
  'the command %s is refused',
  (text) => {
    expect(splitCommand(text)).toHaveProperty('problem');
  },
);

test.each([
  ['DATABASE_URL', 'url'],
  ['DJANGO_DATABASE_URL', 'url'],
  ['POSTGRES_DB', 'name'],
  ['POSTGRES_USER', 'user'],
  ['DB_NAME', 'name'],
  ['DB_PASSWORD', 'password'],
  ['DBHOST', 'host'],
  ['DBPORT', 'port'],
  ['SQL_DATABASE', 'name'],
  ['PGPASSWORD', 'password'],
  ['DB', undefined],
  ['DATABASE_POOL_MAX_SIZE', undefined],
  ['REDIS_DB', undefined],
  ['MYSQL_HOST', undefined],
  ['EMAIL_HOST', undefined],
])('%s holds the database’s %s', (name, part) => {
  expect(databasePart(name)).toBe(part);
});

test.each([
  ['DJANGO_SECRET_KEY', 'x', true],
  ['STRIPE_API_KEY', 'x', true],
  ['AWS_SECRET_ACCESS_KEY', 'x', true],
  ['SENTRY_DSN', 'x', true],
  ['BROKER', 'amqp://user:pw@rabbit/', true],
  ['SITE_URL', 'https://shop.example.com:8000/a@b', false],
  ['KEYBOARD', 'x', false],
  ['LOG_LEVEL', 'INFO', false],
])('%s=%s is a secret: %s', (name, value, expected) => {
  expect(looksSecret(name, value)).toBe(expected);
});

test.each([
  ['>=0.3', '0.3.0', true],
  ['>=0.3', '0.2.9', false],
  ['>=0.3 <1', '0.9.1', true],
  ['>=0.3 <1', '1.0.0', false],
  ['^0.3', '0.3.9', true],
  ['^0.3', '0.4.0', false],
  ['^1.2', '1.9.0', true],
  ['^1.2', '2.0.0', false],
  ['~1.2', '1.2.9', true],
  ['~1.2', '1.3.0', false],
  ['1', '1.4.2', true],
  ['1.2.3', '1.2.4', false],
  ['>= 1.0.0', '1.0.0-beta.1', true],
  ['latest', '1.0.0', undefined],
  ['', '1.0.0', undefined],
])('the range “%s” includes %s: %s', (range, version, expected) => {
  expect(includesVersion(range, version)).toBe(expected);
});

test.each([
  ['settngs', 'settings'],
  ['smtp', undefined],
  ['procesess', 'processes'],
  ['rehearsal', 'rehearse'],
  ['xyz', undefined],
])('%s means %s', (word, meant) => {
  expect(closestName(word, ['settings', 'processes', 'rehearse', 'services'])).toBe(meant);
});
