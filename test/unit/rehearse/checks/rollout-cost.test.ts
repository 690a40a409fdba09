import { expect, test } from 'vitest';
import { checkRolloutCost } from '../../../../src/rehearse/checks/rollout-cost.ts';
import type { RolloutCause, RolloutReport } from '../../../../src/report/rollout-report.ts';
import { sampleRollout } from '../../../support/sample-rollout.ts';

const cause = (change: Partial<RolloutCause>): RolloutCause => ({
  kind: 'new-release',
  text: 'POST /orders/ of the new release answers 500',
  phase: 'after',
  failed: 3,
  stalled: 0,
  ...change,
});
const withCauses = (...causes: readonly RolloutCause[]): RolloutReport => ({
  ...sampleRollout,
  causes,
});
const levels = (...args: Parameters<typeof checkRolloutCost>) =>
  checkRolloutCost(...args).map(({ level, code }) => `${level} ${code}`);

test('no cost is a pass that has the line as its title', () => {
  const [found] = checkRolloutCost(withCauses(), {});
  expect(found).toMatchObject({ code: 'deploy-cost', level: 'pass', title: sampleRollout.summary });
});

test('what the findings about the old release tell is not told again', () => {
  expect(levels(withCauses(cause({ kind: 'migration' })), {})).toEqual([]);
  expect(levels(withCauses(cause({ kind: 'old-release' })), {})).toEqual([]);
});

test('what fails in the new release or at the stop fails, up to a limit', () => {
  expect(levels(withCauses(cause({})), {})).toEqual(['fail rollout-requests-failed']);
  expect(levels(withCauses(cause({ kind: 'stop' })), {})).toEqual(['fail rollout-requests-failed']);
  expect(levels(withCauses(cause({})), { maxFailed: 3 })).toEqual([]);
  expect(levels(withCauses(cause({})), { maxFailed: 2 })).toEqual(['fail rollout-requests-failed']);
});

test('a wait is a warning, and a failure over a limit of the team', () => {
  const wait = cause({ failed: 0, stalled: 1 });
  expect(levels(withCauses(wait), {})).toEqual(['warn rollout-stall']);
  expect(levels(withCauses(wait), { maxStallMs: 1000 })).toEqual(['fail rollout-stall']);
});

test('a wait that nothing explains is the machine’s, unless there is a limit', () => {
  const wait = cause({ kind: 'unknown', failed: 0, stalled: 1 });
  expect(levels(withCauses(wait), {})).toEqual([]);
  expect(levels(withCauses(wait), { maxStallMs: 1000 })).toEqual(['fail rollout-stall']);
});

test('without a measurement there is no pass', () => {
  const unknown = { ...withCauses(), outcome: 'not-measured' } as const;
  expect(levels(unknown, {})).toEqual([]);
  expect(levels({ ...withCauses(), outcome: 'refused' }, {})).toEqual([]);
});
