import { expect, test } from 'vitest';
import { formatGithubAnnotations } from '../../../../src/report/formats/github-annotations.ts';
import { runWithFindings, sampleRuns } from '../../../support/sample-runs.ts';

const annotation = /^::(error|warning) ((?:[a-z]+=[^,:]*,?)+)::(?!.*\n.)/;

test('the worst come first, each on one line, with its place', () => {
  const lines = formatGithubAnnotations(sampleRuns.failures.report).trimEnd().split('\n');
  expect(lines.filter((line) => !annotation.test(line))).toEqual([]);
  expect(lines.map((line) => line.slice(0, line.indexOf('::', 2)))).toMatchInlineSnapshot(`
    [
      "::error title=djdev%3A image-over-budget",
      "::error file=djdev.yaml,line=39,col=7,title=djdev%3A smoke-failed",
      "::error file=Dockerfile,line=27,col=1,title=djdev%3A shutdown-killed",
      "::warning file=Dockerfile,line=27,title=djdev%3A image-runs-as-root",
      "::warning file=config/settings/production.py,line=14,title=djdev%3A deploy-check",
    ]
  `);
});

test('no more than ten of a level, the last of them says how many more there are', () => {
  const lines = formatGithubAnnotations(runWithFindings(100).report).trimEnd().split('\n');
  const errors = lines.filter((line) => line.startsWith('::error'));
  const warnings = lines.filter((line) => line.startsWith('::warning'));
  expect([errors.length, warnings.length]).toEqual([10, 10]);
  expect(errors.at(-1)).toContain('51 problems more');
  expect(warnings.at(-1)).toContain('31 warnings more');
});

test('an error of djdev is one too, and a clean pass is silent', () => {
  expect(formatGithubAnnotations(sampleRuns.noData.report)).toMatch(
    /^::error title=djdev%3A DJ-ENGINE-UNREACHABLE::No Docker engine/,
  );
  expect(formatGithubAnnotations(sampleRuns.clean.report)).toBe('');
});
