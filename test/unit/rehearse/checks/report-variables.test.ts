import { expect, test } from 'vitest';
import type { Fallback } from '../../../../src/django/try-without.ts';
import type { Variable } from '../../../../src/project/project.ts';
import { Secret } from '../../../../src/project/secret.ts';
import { reportVariables } from '../../../../src/rehearse/checks/report-variables.ts';

function variable(name: string, more: Partial<Variable> = {}): Variable {
  return {
    name,
    value: new Secret('hunter2'),
    required: true,
    generate: false,
    secret: false,
    origin: { kind: 'env-file', text: '.env:1' },
    ...more,
  };
}

function settings(values: Fallback['settings'], key: string | undefined = 'digest'): Fallback {
  return { key, databases: [], settings: values };
}

const asTheyAre = settings({ MAIL: 'a', NOW: '1' });
/** A setting that differs in every process says nothing. */
const asTheyAreAgain = settings({ MAIL: 'a', NOW: '2' });

test('each variable is told with what the settings did without it, and never with its value', () => {
  const key = variable('KEY', { secret: true, value: undefined, generate: true });
  const [mail, search, typo] = ['MAIL', 'SEARCH', 'TYPO'].map((name) => variable(name));
  const [host, password] = ['DB_HOST', 'DB_PASSWORD'].map((name) => variable(name));
  const token = variable('TOKEN', { required: false });
  const missing = variable('MISSING', { value: undefined, required: false });
  const all = [typo, mail, search, key, password, host, missing, token].filter(
    (one) => one !== undefined,
  );
  const trials = [
    { variable: token, without: undefined },
    { variable: variable('MAIL'), without: settings({ MAIL: 'b', NOW: '3' }) },
    { variable: variable('SEARCH'), without: settings({ MAIL: 'a', NOW: '4' }) },
  ];
  const reported = reportVariables(all, {
    unread: ['TYPO'],
    fallbacks: {
      keyVariables: ['KEY'],
      withoutKey: settings({}),
      databaseVariables: ['DB_HOST', 'DB_PASSWORD'],
      withoutDatabase: undefined,
    },
    removals: { baselines: [asTheyAre, asTheyAreAgain], trials },
  });
  expect(JSON.stringify(reported)).not.toContain('hunter2');
  const given = { secret: false, required: true, given: true, origin: '.env:1' };
  const together = ['DB_HOST', 'DB_PASSWORD'];
  expect(reported).toEqual([
    { name: 'DB_HOST', ...given, removal: { outcome: 'refused', settings: [], together } },
    { name: 'DB_PASSWORD', ...given, removal: { outcome: 'refused', settings: [], together } },
    {
      name: 'KEY',
      ...given,
      secret: true,
      removal: { outcome: 'changed', settings: ['SECRET_KEY'] },
    },
    { name: 'MAIL', ...given, removal: { outcome: 'changed', settings: ['MAIL'] } },
    { name: 'MISSING', ...given, given: false, required: false },
    { name: 'SEARCH', ...given, removal: { outcome: 'unchanged', settings: [] } },
    { name: 'TOKEN', ...given, removal: { outcome: 'refused', settings: [] } },
    { name: 'TYPO', ...given, neverRead: true },
  ]);
});

test('without trials nothing is said about them', () => {
  const trials = { unread: [], fallbacks: undefined, removals: undefined };
  expect(reportVariables([variable('MAIL')], trials)[0]).not.toHaveProperty('removal');
});
