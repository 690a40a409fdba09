import { expect, test } from 'vitest';
import { compareRuns } from '../../../src/report/compare-runs.ts';
import type { Report } from '../../../src/report/report.ts';
import {
  formatHistory,
  parseHistory,
  recordOf,
  type RunRecord,
} from '../../../src/report/run-record.ts';
import { sampleRuns } from '../../support/sample-runs.ts';

const clean = recordOf(sampleRuns.clean.report);
const failed = recordOf(sampleRuns.failures.report);

function withStep(id: string, ms: number, outcome = 'passed'): RunRecord {
  return { ...clean, steps: [{ id, outcome, ms }], measurements: [] };
}

test('findings that appeared, were fixed and stayed', () => {
  const broken: Report = {
    ...sampleRuns.failures.report,
    findings: sampleRuns.failures.report.findings.slice(0, 3),
  };
  const there = compareRuns([clean], failed);
  expect(there?.appeared.map(({ code }) => code)).toEqual([
    'deploy-check',
    'smoke-failed',
    'image-over-budget',
    'shutdown-killed',
    'image-runs-as-root',
  ]);
  const back = compareRuns([failed], recordOf(broken));
  expect(back?.fixed.map(({ code }) => code)).toEqual([
    'image-over-budget',
    'shutdown-killed',
    'image-runs-as-root',
  ]);
  expect(back?.remaining).toBe(2);
});

test('nothing is fixed by a step that did not run', () => {
  expect(compareRuns([failed], recordOf(sampleRuns.brokenBuild.report))?.fixed).toEqual([]);
  expect(compareRuns([recordOf(sampleRuns.brokenBuild.report)], failed)?.appeared).toEqual([]);
});

test('times are compared with the median, and small differences are none', () => {
  const earlier = [900, 1000, 5000, 1000, 1100].map((ms) => withStep('migrate', ms));
  expect(compareRuns(earlier, withStep('migrate', 1490))?.worse).toEqual([]);
  expect(compareRuns(earlier, withStep('migrate', 1900))?.worse).toEqual([
    { what: 'step migrate', unit: 'ms', before: 1000, after: 1900 },
  ]);
  expect(compareRuns(earlier, withStep('migrate', 200))?.better).toHaveLength(1);
});

test('a build takes as long as what changed, and a failed step says nothing about time', () => {
  expect(compareRuns([withStep('build', 100)], withStep('build', 90_000))?.worse).toEqual([]);
  expect(compareRuns([withStep('boot', 100, 'failed')], withStep('boot', 9000))?.worse).toEqual([]);
});

test('an image that grew', () => {
  const before = { ...clean, imageBytes: 100_000_000 };
  expect(compareRuns([before], { ...clean, imageBytes: 101_500_000 })?.worse).toEqual([]);
  expect(compareRuns([before], { ...clean, imageBytes: 140_000_000 })?.worse).toEqual([
    { what: 'image', unit: 'bytes', before: 100_000_000, after: 140_000_000 },
  ]);
});

test('runs that did not come to their end are no measure, and are not measured', () => {
  expect(compareRuns([recordOf(sampleRuns.noData.report)], clean)).toBeUndefined();
  expect(compareRuns([failed], { ...clean, verdict: 'interrupted' })).toBeUndefined();
});

test('a history keeps the last thirty runs, and nothing else is one', () => {
  const earlier = Array.from({ length: 40 }, () => failed);
  const runs = parseHistory(formatHistory(earlier, clean)) ?? [];
  expect([runs.length, runs.at(-1), runs[0]]).toEqual([30, clean, failed]);
  expect([parseHistory(''), parseHistory('[]'), parseHistory('{"version":2,"runs":[]}')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
