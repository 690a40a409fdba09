import { docsAddress } from '../docs-address.ts';
import type { Finding } from '../finding.ts';
import type { Report, StepReport } from '../report.ts';
import type { RequestReport } from '../request-report.ts';
import { formatLocation } from './error-card.ts';
import { identifyFindings } from './finding-identity.ts';
import { isFailing } from './rank-findings.ts';
import { escapeXml } from './xml-text.ts';

/** More than anybody reads in a browser; GitLab refuses files of 30 MB. */
const bodyLimitCharacters = 20_000;

interface TestCase {
  /** Unique and the same from run to run: GitLab and Jenkins compare by it. */
  readonly name: string;
  readonly ms: number;
  readonly result: 'passed' | 'failure' | 'error' | 'skipped';
  readonly message: string;
  readonly type: string;
  /** What is shown. GitLab shows this and not the message. */
  readonly body: string;
}

interface Suite {
  readonly step: StepReport;
  readonly cases: readonly TestCase[];
}

/**
 * The report as JUnit XML, as GitLab and Jenkins read it: a suite a step; a test case for each
 * step, request and finding. A warning is a pass that says so, because JUnit knows none.
 */
export function formatJunit(report: Report): string {
  const suites = report.steps.map((step): Suite => ({ step, cases: listCases(report, step) }));
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

function listCases(report: Report, step: StepReport): readonly TestCase[] {
  const identities = identifyFindings(report.findings);
  // Names of assets change with their content; one that is missing has a finding.
  const requests =
    step.id === 'smoke' ? (report.requests ?? []).filter(({ kind }) => kind === 'request') : [];
  const used = new Set<Finding>();
  const sent = requests.map((request) => {
    const finding = report.findings.find((one) => !used.has(one) && isAbout(one, request));
    if (finding !== undefined) used.add(finding);
    return requestCase(request, finding, report);
  });
  const found = report.findings.flatMap((finding, index) =>
    finding.step === step.id && !used.has(finding)
      ? [findingCase(finding, identities[index]?.name ?? finding.code, report)]
      : [],
  );
  const failed = [...sent, ...found].some(({ result }) => result === 'failure');
  // A step that failed says so through its findings; twice would count twice.
  const own = step.outcome === 'failed' && failed ? [] : [stepCase(step, report)];
  return nameApart([...own, ...sent, ...found]);
}

function isAbout({ code, title }: Finding, { method, path }: RequestReport): boolean {
  return code === 'smoke-failed' && title.startsWith(`${method} ${path}: `);
}

function stepCase(step: StepReport, report: Report): TestCase {
  const { id, outcome, ms, summary } = step;
  const name = `step ${id}`;
  const plain = { name, ms, message: summary, type: outcome, body: summary || outcome };
  switch (outcome) {
    case 'passed':
    case 'warned':
      return { ...plain, result: 'passed', body: '' };
    case 'failed':
      return { ...plain, result: 'failure' };
    case 'skipped':
      return { ...plain, result: 'skipped' };
    case 'error':
    case 'interrupted': {
      const { error } = report;
      const body = error === undefined ? plain.body : describeError(error);
      return { ...plain, result: 'error', body };
    }
    default:
      return outcome satisfies never;
  }
}

function requestCase(
  request: RequestReport,
  finding: Finding | undefined,
  report: Report,
): TestCase {
  const name = `${request.method} ${request.path}`;
  if (finding !== undefined) return { ...findingCase(finding, name, report), ms: request.ms };
  // An asset that is missing is told by the finding of its page.
  return { name, ms: request.ms, result: 'passed', message: '', type: '', body: '' };
}

function findingCase(finding: Finding, name: string, { failOn }: Report): TestCase {
  const failing = isFailing(finding, failOn);
  const warns = finding.level === 'warn' && !failing;
  return {
    name,
    ms: 0,
    result: failing ? 'failure' : 'passed',
    message: finding.title,
    type: finding.code,
    body: failing || warns ? (warns ? 'WARN ' : '') + describeFinding(finding) : '',
  };
}

function describeFinding({ title, detail, hint, location, code }: Finding): string {
  const place = location === undefined ? '' : formatLocation(location, (file) => file);
  return [
    title,
    place,
    detail,
    hint === '' ? '' : `What to do: ${hint}`,
    docsAddress('findings', code),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function errorCase(report: Report): TestCase {
  const { error } = report;
  const message = error?.message ?? '';
  const body = error === undefined ? message : describeError(error);
  return { name: 'start', ms: report.ms, result: 'error', message, type: error?.code ?? '', body };
}

function describeError({ code, message, hint, output = [] }: NonNullable<Report['error']>): string {
  return [message, output.join('\n'), hint ?? '', docsAddress('errors', code)]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** GitLab drops a test case whose name another one has, without a word. */
function nameApart(cases: readonly TestCase[]): readonly TestCase[] {
  const seen = new Map<string, number>();
  return cases.map((one) => {
    const count = (seen.get(one.name) ?? 0) + 1;
    seen.set(one.name, count);
    return count === 1 ? one : { ...one, name: `${one.name} (${count})` };
  });
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
