import { expect, test } from 'vitest';
import { exitCodeOf } from '../../../src/report/exit-code.ts';
import { foldReport } from '../../../src/report/fold.ts';
import type { ErrorReport, Report, Verdict } from '../../../src/report/report.ts';

const empty = foldReport([], { failOn: 'fail', project: 'shop', djdev: '0.1.0' });

function exitCode(verdict: Verdict, code?: string): number {
  const error: ErrorReport | undefined = code === undefined ? undefined : { code, message: '' };
  const report: Report = { ...empty, verdict, ...(error === undefined ? {} : { error }) };
  return exitCodeOf(report, 143);
}

test('the verdict decides, and for an error its code', () => {
  expect({
    pass: exitCode('pass'),
    fail: exitCode('fail'),
    'fail with an error': exitCode('fail', 'DJ-TIMEOUT'),
    interrupted: exitCode('interrupted'),
    manifest: exitCode('error', 'DJ-MANIFEST-INVALID'),
    engine: exitCode('error', 'DJ-ENGINE-UNREACHABLE'),
    timeout: exitCode('error', 'DJ-TIMEOUT'),
    bug: exitCode('error', 'DJ-BUG'),
    'unknown code': exitCode('error', 'toString'),
    'no code': exitCode('error'),
  }).toEqual({
    pass: 0,
    fail: 1,
    'fail with an error': 1,
    interrupted: 143,
    manifest: 2,
    engine: 3,
    timeout: 4,
    bug: 70,
    'unknown code': 3,
    'no code': 3,
  });
});
