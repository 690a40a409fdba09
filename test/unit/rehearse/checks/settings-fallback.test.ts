import { expect, test } from 'vitest';
import type { Fallback } from '../../../../src/django/try-without.ts';
import {
  checkFallbacks,
  type FallbackTrials,
} from '../../../../src/rehearse/checks/settings-fallback.ts';

const refused: FallbackTrials = {
  keyVariables: ['DJANGO_SECRET_KEY'],
  withoutKey: undefined,
  databaseVariables: ['DATABASE_URL'],
  withoutDatabase: undefined,
};

const fallback = (engine: string, host = ''): Fallback => ({
  key: 'digest',
  settings: {},
  databases: [{ alias: 'default', engine, host, name: '' }],
});

const titles = (changes: Partial<FallbackTrials>): readonly string[] =>
  checkFallbacks({ ...refused, ...changes }).map(({ level, title }) => `${level} ${title}`);

test('settings that refuse are right', () => {
  expect(titles({})).toEqual([]);
});

test('an empty secret key is no other key: Django refuses it later', () => {
  expect(titles({ withoutKey: { ...fallback(''), key: undefined } })).toEqual([]);
});

test('another key, SQLite and another server are told apart', () => {
  expect(titles({ withoutKey: fallback('') })).toEqual([
    'fail Without DJANGO_SECRET_KEY the settings take another secret key, and say nothing.',
  ]);
  expect(titles({ withoutDatabase: fallback('django.db.backends.sqlite3') })).toEqual([
    'fail Without DATABASE_URL the settings use SQLite, and say nothing.',
  ]);
  expect(titles({ withoutDatabase: fallback('django.db.backends.postgresql', 'db') })).toEqual([
    'warn Without DATABASE_URL the settings use django.db.backends.postgresql at “db”, and say nothing.',
  ]);
});

test('settings without a database have nothing to fall back to', () => {
  expect(titles({ withoutDatabase: fallback('') })).toEqual([]);
});
