import { docsAddress } from '../docs-address.ts';
import type { Finding } from '../finding.ts';
import type { Report, StepReport } from '../report.ts';
import type { RequestReport } from '../request-report.ts';
import { formatLocation } from './error-card.ts';
import { identifyFindings } from './finding-identity.ts';
import { isFailing } from './rank-findings.ts';

/** A test case as JUnit knows it. */
export interface TestCase {
  /** Unique and the same from run to run: GitLab and Jenkins compare by it. */
  readonly name: string;
  readonly ms: number;
  readonly result: 'passed' | 'failure' | 'error' | 'skipped';
  readonly message: string;
  readonly type: string;
  /** What is shown. GitLab shows this and not the message. */
  readonly body: string;
}

/** The test cases of a step: itself, its requests, its findings. */
export function listTestCases(report: Report, step: StepReport): readonly TestCase[] {
  const identities = identifyFindings(report.findings);
  // Names of assets change with their content; one that is missing has a finding.
  const requests =
    step.id === 'smoke' ? (report.requests ?? []).filter(({ kind }) => kind === 'request') : [];
  const used = new Set<Finding>();
  const sent = requests.map((request) => {
    // A request that was answered as expected shares its address with one that was not.
    const finding = request.ok
      ? undefined
      : report.findings.find((one) => !used.has(one) && isAbout(one, request));
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
  return nameApart([...own, ...listCost(report, step), ...sent, ...found]);
}

/** What the deploy would have cost, where no finding has it as its title. */
function listCost({ rollout, findings }: Report, { id }: StepReport): readonly TestCase[] {
  const isTold = findings.some(({ code }) => code === 'deploy-cost');
  if (id !== 'rollout' || rollout === undefined || isTold) return [];
  const body = rollout.summary;
  return [{ name: 'cost of the deploy', ms: 0, result: 'passed', message: '', type: '', body }];
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

/** The test case of a run that never got to a first step. */
export function errorCase(report: Report): TestCase {
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
