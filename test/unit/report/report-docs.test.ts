import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Event } from '../../../src/report/event.ts';
import { foldReport } from '../../../src/report/fold.ts';
import type { RequestReport } from '../../../src/report/request-report.ts';
import type { Report } from '../../../src/report/report.ts';
import { atTimes, finding, runStarted, step } from './sample-events.ts';

const page = await readFile(new URL('../../../docs/report.md', import.meta.url), 'utf8');

const failedRequest: RequestReport = {
  kind: 'request',
  method: 'GET',
  path: '/shop/',
  ok: false,
  status: 500,
  ms: 38,
  bytes: 145,
  curl: '',
  failure: '',
  answer: { headers: { 'content-type': '' }, body: '' },
};

/** A run in which everything that a report can hold happens. */
function fullReport(): Report {
  const location = { file: 'djdev.yaml', line: 9, column: 5 };
  const measurement = { name: 'boot', value: 1, unit: 'ms' } as const;
  const bodies = [
    runStarted(['boot']),
    ...step('boot', 'failed'),
    { type: 'measurement-taken', step: 'boot', measurement } as const,
    finding({ level: 'fail', location, measurement }),
    { type: 'image-inspected', image: { id: '', reference: '', bytes: 1 } } as const,
    { type: 'request-answered', request: failedRequest } as const,
    { type: 'environment-kept', urls: [''], containers: [''] } as const,
    {
      type: 'run-ended',
      ms: 1,
      reason: 'error',
      error: {
        code: 'DJ-CONTAINER-LOST',
        message: '',
        hint: '',
        location,
        output: [''],
        issues: [{ message: '', hint: '', location: { file: '', line: 1 } }],
      },
    } as const,
  ];
  return foldReport(atTimes(bodies), { failOn: 'fail', project: 'shop', djdev: '0.1.0' });
}

/** The keys of a value at every depth, and the types behind them. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, shapeOf(held)]));
}

test('docs/report.md shows the whole report', () => {
  const example = /```json\n(.+?)```/s.exec(page)?.[1] ?? '';
  expect(shapeOf(JSON.parse(example))).toEqual(shapeOf(fullReport()));
});

test('docs/report.md names every event', () => {
  const types: Record<Event['type'], true> = {
    'run-started': true,
    'step-started': true,
    'step-progressed': true,
    'line-logged': true,
    'finding-reported': true,
    'measurement-taken': true,
    'migrations-observed': true,
    'rollout-observed': true,
    'environment-tried': true,
    'image-inspected': true,
    'request-answered': true,
    'step-ended': true,
    'environment-kept': true,
    'run-ended': true,
  };
  expect(Object.keys(types).filter((type) => !page.includes(`\`${type}\``))).toEqual([]);
});
