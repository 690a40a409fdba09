import { expect, test } from 'vitest';
import { createRedactor, secretsOf } from '../../../src/cli/redactor.ts';

test('secrets go, in every form that output gives them', () => {
  const { redact } = createRedactor([
    's3cr3t/with+signs',
    'first line of a key\nsecond line of it',
  ]);
  expect(
    redact(
      'a s3cr3t/with+signs b postgres://u:s3cr3t%2Fwith%2Bsigns@db c\nfirst line of a key\n"first line of a key\\nsecond line of it"',
    ),
  ).toBe('a [redacted] b postgres://u:[redacted]@db c\n[redacted]\n"[redacted]"');
});

test('the longer of two secrets goes as a whole', () => {
  expect(createRedactor(['abcdef', 'abcdefghij']).redact('abcdefghij abcdef')).toBe(
    '[redacted] [redacted]',
  );
});

test('short and common values stay: text full of holes explains nothing', () => {
  const { redact } = createRedactor(['dev', 'postgres', '']);
  expect(redact('dev: postgres is ready')).toBe('dev: postgres is ready');
});

test('secrets can be learned later', () => {
  const redactor = createRedactor();
  expect(redactor.redact('hunter22')).toBe('hunter22');
  redactor.learn(['hunter22']);
  expect(redactor.redact('hunter22')).toBe('[redacted]');
});

test('variables whose name says so are secret', () => {
  expect(
    secretsOf({ GITHUB_TOKEN: 'a', DB_PASSWORD: 'b', API_KEY: 'c', PATH: 'd', KEYBOARD: 'e' }),
  ).toEqual(['a', 'b', 'c']);
});
