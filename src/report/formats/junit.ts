import type { Report, StepReport } from '../report.ts';
import { errorCase, listTestCases, type TestCase } from './junit-cases.ts';
import { escapeXml } from './xml-text.ts';

/** More than anybody reads in a browser; GitLab refuses files of 30 MB. */
const bodyLimitCharacters = 20_000;

interface Suite {
  readonly step: StepReport;
  readonly cases: readonly TestCase[];
}

/**
 * The report as JUnit XML, as GitLab and Jenkins read it: a suite a step; a test case for each
 * step, request and finding. A warning is a pass that says so, because JUnit knows none.
 */
export function formatJunit(report: Report): string {
  const suites = report.steps.map((step): Suite => ({ step, cases: listTestCases(report, step) }));
  const all = suites.flatMap(({ cases }) => cases);
  const stray = report.steps.length === 0 && report.error !== undefined ? [errorCase(report)] : [];
  const counts = countResults([...all, ...stray]);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="djdev rehearse" tests="${counts.tests}" failures="${counts.failures}" errors="${counts.errors}" time="${seconds(report.ms)}">`,
    ...suites.flatMap((suite) => formatSuite(suite, report)),
    ...(stray.length === 0 ? [] : formatStray(stray, report)),
    '</testsuites>',
    '',
  ].join('\n');
}

function formatSuite({ step, cases }: Suite, report: Report): string[] {
  const at = Date.parse(report.startedAt) + (step.startMs ?? 0);
  return [
    openSuite(step.id, cases, { ms: step.ms, at }),
    ...cases.flatMap((one) => formatCase(one, `djdev.rehearse.${step.id}`)),
    '  </testsuite>',
  ];
}

function formatStray(cases: readonly TestCase[], report: Report): string[] {
  return [
    openSuite('start', cases, { ms: report.ms, at: Date.parse(report.startedAt) }),
    ...cases.flatMap((one) => formatCase(one, 'djdev.rehearse')),
    '  </testsuite>',
  ];
}

function openSuite(
  name: string,
  cases: readonly TestCase[],
  { ms, at }: { readonly ms: number; readonly at: number },
): string {
  const { tests, failures, errors, skipped } = countResults(cases);
  // Without the zone: that is how JUnit writes it.
  const timestamp = new Date(at).toISOString().slice(0, 19);
  return `  <testsuite name="${name}" tests="${tests}" failures="${failures}" errors="${errors}" skipped="${skipped}" time="${seconds(ms)}" timestamp="${timestamp}">`;
}

function formatCase(one: TestCase, classname: string): string[] {
  const open = `    <testcase classname="${classname}" name="${escapeXml(oneLine(one.name))}" time="${seconds(one.ms)}"`;
  if (one.body === '') return [`${open}/>`];
  const body = escapeXml(one.body.slice(0, bodyLimitCharacters));
  const message = escapeXml(oneLine(one.message));
  const content =
    one.result === 'passed'
      ? `<system-out>${body}</system-out>`
      : `<${one.result} message="${message}" type="${escapeXml(one.type)}">${body}</${one.result}>`;
  return [`${open}>`, `      ${content}`, '    </testcase>'];
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function countResults(cases: readonly TestCase[]) {
  const count = (result: TestCase['result']): number =>
    cases.filter((one) => one.result === result).length;
  return {
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
  };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
