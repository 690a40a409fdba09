import { expect, test } from 'vitest';
import type { EventBody } from '../../../src/context/context.ts';
import { foldReport } from '../../../src/report/fold.ts';
import type { Report } from '../../../src/report/report.ts';
import { atTimes, completed, finding, runStarted, step } from './sample-events.ts';

function fold(bodies: readonly EventBody[], failOn: Report['failOn'] = 'fail'): Report {
  return foldReport(atTimes(bodies), { failOn, project: '', djdev: '0.1.0' });
}

const timedOut: EventBody = {
  type: 'run-ended',
  ms: 60_000,
  reason: 'error',
  error: { code: 'DJ-TIMEOUT', message: 'Too long.' },
};
const interrupted: EventBody = { type: 'run-ended', ms: 900, reason: 'interrupted' };

test('a whole run becomes a whole report', () => {
  const report = fold([
    runStarted(['build', 'image']),
    { type: 'step-started', step: 'build' },
    {
      type: 'measurement-taken',
      step: 'build',
      measurement: { name: 'context', value: 5120, unit: 'bytes' },
    },
    { type: 'image-inspected', image: { id: 'sha256:1', reference: 'djdev-shop:1', bytes: 9 } },
    { type: 'step-ended', step: 'build', outcome: 'passed', ms: 80.6, summary: 'unchanged' },
    ...step('image', 'warned', 'runs as root'),
    finding({}),
    { type: 'environment-kept', urls: ['http://127.0.0.1:49153/'], containers: ['shop-web'] },
    completed,
  ]);
  expect(report).toMatchInlineSnapshot(`
    {
      "djdev": "0.1.0",
      "failOn": "fail",
      "findings": [
        {
          "code": "image-runs-as-root",
          "detail": "The image has no USER.",
          "hint": "Add USER to the Dockerfile.",
          "level": "warn",
          "step": "image",
          "title": "The production process runs as root.",
        },
      ],
      "image": {
        "bytes": 9,
        "id": "sha256:1",
        "reference": "djdev-shop:1",
      },
      "kept": {
        "containers": [
          "shop-web",
        ],
        "urls": [
          "http://127.0.0.1:49153/",
        ],
      },
      "ms": 2400,
      "project": "shop",
      "startedAt": "2026-11-22T12:00:00.000Z",
      "steps": [
        {
          "id": "build",
          "measurements": [
            {
              "name": "context",
              "unit": "bytes",
              "value": 5120,
            },
          ],
          "ms": 81,
          "outcome": "passed",
          "startMs": 100,
          "summary": "unchanged",
        },
        {
          "id": "image",
          "measurements": [],
          "ms": 1235,
          "outcome": "warned",
          "startMs": 500,
          "summary": "runs as root",
        },
      ],
      "verdict": "pass",
      "version": 1,
    }
  `);
});

const verdicts: Record<string, [Report['verdict'], readonly EventBody[], Report['failOn']?]> = {
  'all passed': ['pass', [runStarted(['build']), ...step('build', 'passed'), completed]],
  'a warning': [
    'pass',
    [runStarted(['image']), finding({}), ...step('image', 'warned'), completed],
  ],
  'a warning that must not be': [
    'fail',
    [runStarted(['image']), finding({}), ...step('image', 'warned'), completed],
    'warn',
  ],
  'a failure': [
    'fail',
    [runStarted(['image']), finding({ level: 'fail' }), ...step('image', 'failed'), completed],
  ],
  'a failed step without a finding': [
    'fail',
    [runStarted(['build']), ...step('build', 'failed'), completed],
  ],
  'a failure and then a timeout': [
    'fail',
    [runStarted(['image']), finding({ level: 'fail' }), ...step('image', 'failed'), timedOut],
  ],
  'a timeout': ['error', [runStarted(['build']), ...step('build', 'passed'), timedOut]],
  'a step that could not run': [
    'error',
    [
      runStarted(['build', 'boot']),
      ...step('build', 'passed'),
      ...step('boot', 'error'),
      completed,
    ],
  ],
  'a step that was announced and never came': [
    'error',
    [runStarted(['build', 'boot']), ...step('build', 'passed'), completed],
  ],
  'nothing but skipped steps': [
    'error',
    [runStarted(['build']), ...step('build', 'skipped'), completed],
  ],
  'a skipped step beside others': [
    'pass',
    [
      runStarted(['build', 'boot']),
      ...step('build', 'passed'),
      ...step('boot', 'skipped'),
      completed,
    ],
  ],
  'no end': ['error', [runStarted(['build']), ...step('build', 'passed')]],
  'no events': ['error', []],
  'Ctrl-C': [
    'interrupted',
    [runStarted(['build']), { type: 'step-started', step: 'build' }, interrupted],
  ],
  'a failure seen while stopping after Ctrl-C': [
    'interrupted',
    [runStarted(['smoke']), finding({ level: 'fail' }), ...step('smoke', 'failed'), interrupted],
  ],
};

for (const [name, [verdict, bodies, failOn]] of Object.entries(verdicts)) {
  test(`${name}: ${verdict}`, () => {
    expect(fold(bodies, failOn).verdict).toBe(verdict);
  });
}

test('steps that a run did not get to are in the report, and none of them as passed', () => {
  const { steps } = fold([
    runStarted(['build', 'image', 'boot']),
    ...step('build', 'passed'),
    { type: 'step-started', step: 'image' },
    interrupted,
  ]);
  expect(steps.map(({ id, outcome, ms, summary }) => [id, outcome, ms, summary])).toEqual([
    ['build', 'passed', 1235, ''],
    ['image', 'interrupted', 100, 'did not end'],
    ['boot', 'skipped', 0, 'not reached'],
  ]);
});
