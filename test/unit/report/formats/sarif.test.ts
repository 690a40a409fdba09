import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { Log } from 'sarif';
import { expect, test } from 'vitest';
import { formatSarif } from '../../../../src/report/formats/sarif.ts';
import type { Report } from '../../../../src/report/report.ts';
import { runWithFindings, sampleRuns } from '../../../support/sample-runs.ts';

const file = new URL(
  import.meta.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'),
);
// The standard's schema is one of draft 4, of which it uses nothing that draft 7 has changed.
const {
  $schema: _,
  id: __,
  ...schema
} = JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<string, unknown>>;
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const isSarif = ajv.compile(schema);

function render(report: Report): Log {
  const log = JSON.parse(formatSarif(report)) as Log;
  isSarif(log);
  expect(isSarif.errors ?? []).toEqual([]);
  return log;
}

const failed = sampleRuns.failures.report;

test.each([...Object.entries(sampleRuns), ['many', runWithFindings(300)] as const])(
  'the run %s is SARIF 2.1.0',
  (_, { report }) => {
    expect(render(report).version).toBe('2.1.0');
  },
);

test('the schema finds what is wrong', () => {
  expect(isSarif({ ...render(failed), runs: [{ results: [{}] }] })).toBe(false);
});

test('only what has a place in the repository is a result', () => {
  const outside = { file: '/usr/lib/python3/site.py', line: 3 };
  const moved: Report = {
    ...failed,
    findings: failed.findings.map((finding) =>
      finding.code === 'image-over-budget' ? { ...finding, location: outside } : finding,
    ),
  };
  const results = render(moved).runs[0]?.results ?? [];
  const shown = results.map(({ ruleId, level, locations }) => {
    const place = locations?.[0]?.physicalLocation;
    return `${level} ${ruleId} ${place?.artifactLocation?.uri}:${place?.region?.startLine}`;
  });
  expect(shown).toEqual([
    'warning deploy-check config/settings/production.py:14',
    'error smoke-failed djdev.yaml:39',
    'error shutdown-killed Dockerfile:27',
    'warning image-runs-as-root Dockerfile:27',
  ]);
});

test('every result has its rule, and all that GitHub asks of one', () => {
  const [run] = render(failed).runs;
  const rules = run?.tool.driver.rules ?? [];
  for (const { ruleId, ruleIndex, message, partialFingerprints } of run?.results ?? []) {
    const rule = rules[ruleIndex ?? -1];
    expect(rule?.id).toBe(ruleId);
    expect(rule?.help?.markdown).toContain('docs/findings.md');
    expect(message.text).not.toBe('');
    expect(partialFingerprints?.['primaryLocationLineHash']).toMatch(/^[0-9a-f]{32}$/);
  }
});

test('fingerprints differ between findings, and not between runs', () => {
  const prints = (report: Report): readonly unknown[] =>
    (render(report).runs[0]?.results ?? []).map(
      ({ partialFingerprints }) => partialFingerprints?.['primaryLocationLineHash'],
    );
  const later: Report = {
    ...failed,
    findings: failed.findings.map((finding) => ({
      ...finding,
      title: finding.title.replace('within 10 s', 'within 9.4 s'),
      ...(finding.location && { location: { ...finding.location, line: 99 } }),
    })),
  };
  expect(prints(later)).toEqual(prints(failed));
  const twice = { ...failed, findings: [...failed.findings, ...failed.findings] };
  expect(new Set(prints(twice)).size).toBe(8);
});
