import { expect, test } from 'vitest';
import type { RunnerResult } from '../../../src/django/django-runner.ts';
import { readInspection } from '../../../src/django/inspect-django.ts';
import { keyError } from './python-errors.ts';

const facts = {
  django: '5.2.1',
  python: '3.13.5',
  settingsModule: 'config.settings.production',
  debug: false,
  databases: [
    { alias: 'default', engine: 'django.db.backends.postgresql', host: 'db', name: 'shop' },
  ],
  staticRoot: '/app/staticfiles',
  staticUrl: '/static/',
  staticfiles: true,
  whitenoise: true,
  allowedHosts: ['shop.example.com'],
  secureSslRedirect: true,
  rootUrlconf: 'config.urls',
};

function resultOf(part: Partial<RunnerResult>): RunnerResult {
  return { exitCode: 0, signal: undefined, ms: 1, events: [], errors: [], tail: [], ...part };
}

test('puts the parts together', () => {
  const inspection = readInspection(
    resultOf({
      events: [
        { type: 'stage', name: 'settings' },
        { type: 'facts', ...facts },
        { type: 'static', storage: null },
        {
          type: 'checks',
          messages: [{ id: 'security.W018', level: 30, text: 'DEBUG', hint: '', object: '' }],
        },
        { type: 'changes', missing: [], conflicts: [] },
      ],
    }),
  );
  expect(inspection.facts).toMatchObject({ ...facts, static: { storage: null } });
  expect(inspection.messages).toHaveLength(1);
  expect(inspection.changes).toMatchObject({ missing: [], conflicts: [] });
  expect(inspection.failures).toEqual([]);
});

test('an error belongs to the stage it names, else to the last that began', () => {
  const chain = [keyError('STRIPE_KEY')];
  const inspection = readInspection(
    resultOf({
      exitCode: 1,
      events: [
        { type: 'stage', name: 'settings' },
        { type: 'stage', name: 'setup' },
      ],
      errors: [
        { chain, stage: 'checks' },
        { chain, stage: undefined },
      ],
    }),
  );
  expect(inspection.failures.map(({ stage }) => stage)).toEqual(['checks', 'setup']);
  expect(inspection.facts).toBeUndefined();
});
