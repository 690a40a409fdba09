import { expect, test } from 'vitest';
import { splitStatements } from '../../../src/migrations/trace/split-statements.ts';

function split(script: string): string[] {
  return splitStatements(script).map(({ sql }) => sql);
}

test('semicolons end statements, and what holds only comments is none', () => {
  expect(split('SELECT 1; ;\n-- nothing; at all\n;/* no; */ SELECT 2')).toEqual([
    'SELECT 1',
    'SELECT 2',
  ]);
});

test('semicolons in strings, names and comments end nothing', () => {
  const one = `SELECT 'a;''b;', E'it\\'s;', U&'d;', "x;""y" /* c; /* nested; */ still; */ -- e;\n, 1`;
  expect(split(`${one};SELECT 2`)).toEqual([one, 'SELECT 2']);
});

test('a backslash is no escape in a plain string', () => {
  expect(split(`SELECT 'a\\'; SELECT 2`)).toEqual([`SELECT 'a\\'`, 'SELECT 2']);
});

test('dollar quotes end with their own tag', () => {
  const body = `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $body$ BEGIN PERFORM $$a;b$$; END $body$`;
  expect(split(`${body};\nSELECT $1; SELECT a$b$c`)).toEqual([body, 'SELECT $1', 'SELECT a$b$c']);
});

test('the body of a routine in SQL is one statement', () => {
  const routine =
    'CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END';
  expect(split(`${routine}; BEGIN; SELECT 1; COMMIT`)).toEqual([
    routine,
    'BEGIN',
    'SELECT 1',
    'COMMIT',
  ]);
});

test('parentheses hold the actions of a rule together', () => {
  const rule = 'CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b)';
  expect(split(`${rule};SELECT 1`)).toEqual([rule, 'SELECT 1']);
});

test('lines are those of the first words', () => {
  const script = '\n-- first\nSELECT 1;\n\n/* a\nb */ SELECT\n  2;SELECT 3';
  expect(splitStatements(script).map(({ line }) => line)).toEqual([3, 6, 7]);
});

test('what is never closed goes on until the end', () => {
  for (const script of ["SELECT 'a;", 'SELECT "a;', 'SELECT $x$ a;', 'SELECT 1 /* a;']) {
    expect(split(script)).toHaveLength(1);
  }
});

test('commands of psql and copied rows are left out', () => {
  const script = '\\set x 1\nSELECT 1;\nCOPY t (a) FROM stdin;\n1;2\n\\.\nSELECT 2;\n\\echo; x\n';
  expect(split(script)).toEqual(['SELECT 1', 'SELECT 2']);
  expect(splitStatements(script).map(({ line }) => line)).toEqual([2, 6]);
});
