import { expect, test } from 'vitest';
import type { AppliedStep, MigratePlan } from '../../../../src/django/run-migrate.ts';
import {
  checkDatabaseNamed,
  checkDatabaseUsed,
} from '../../../../src/rehearse/checks/migration-database.ts';

const ours = {
  alias: 'default',
  engine: 'django.db.backends.postgresql',
  host: 'db',
  name: 'shop',
};
const sqlite = {
  alias: 'default',
  engine: 'django.db.backends.sqlite3',
  host: '',
  name: '/app/db.sqlite3',
};

function planOn(database: MigratePlan['database']): MigratePlan {
  return { type: 'plan', database, migrations: [] };
}

function applied(name: string): AppliedStep {
  return { type: 'migration-applied', app: 'catalog', name, own: true, file: '', ms: 1 };
}

const noRows = { tableExists: false, applied: [], tableCount: 0 };

test('the rows of everything that was applied are there', () => {
  const rows = {
    tableExists: true,
    applied: [{ app: 'catalog', name: '0001_initial' }],
    tableCount: 2,
  };
  const claim = { plans: [planOn(ours)], applied: [applied('0001_initial')] };
  expect(checkDatabaseUsed(claim, rows, 'db')).toEqual([]);
});

test('a fallback to SQLite is named', () => {
  const claim = { plans: [planOn(sqlite)], applied: [applied('0001_initial')] };
  expect(checkDatabaseUsed(claim, noRows, 'db')).toEqual([
    {
      code: 'database-not-used',
      level: 'fail',
      step: 'migrate',
      title: 'The migrations did not reach the database that the project was given.',
      detail:
        'The rehearsal’s Postgres has no table django_migrations: the settings use ' +
        'django.db.backends.sqlite3 (/app/db.sqlite3).',
      hint:
        'Let the production settings read their database from the environment, without a fallback, ' +
        'and pass it under app.env in djdev.yaml: DATABASE_URL: ${services.postgres.url}',
    },
  ]);
});

test('nothing to apply elsewhere is no proof either', () => {
  const claim = { plans: [planOn(sqlite)], applied: [] };
  expect(checkDatabaseUsed(claim, noRows, 'db').map(({ code }) => code)).toEqual([
    'database-not-used',
  ]);
});

test('rows that are missing although the table is there', () => {
  const rows = { tableExists: true, applied: [], tableCount: 2 };
  const claim = { plans: [planOn(ours)], applied: [applied('0001_initial')] };
  const [finding] = checkDatabaseUsed(claim, rows, 'db');
  expect(finding?.detail).toBe(
    'django_migrations exists, but 1 of 1 applied migrations are not in it: catalog.0001_initial.',
  );
});

test('a second database of the project does not count', () => {
  const rows = {
    tableExists: true,
    applied: [{ app: 'catalog', name: '0001_initial' }],
    tableCount: 2,
  };
  const claim = { plans: [planOn(ours), planOn(sqlite)], applied: [applied('0002_other')] };
  expect(checkDatabaseUsed(claim, rows, 'db')).toEqual([]);
});

test('after a failure the settings alone tell', () => {
  expect(checkDatabaseNamed([planOn(ours)], 'db')).toEqual([]);
  expect(checkDatabaseNamed([], 'db')).toEqual([]);
  expect(
    checkDatabaseNamed([planOn(sqlite)], 'db').map(({ code, detail }) => [code, detail]),
  ).toEqual([
    ['database-not-used', 'The settings use django.db.backends.sqlite3 (/app/db.sqlite3).'],
  ]);
});
