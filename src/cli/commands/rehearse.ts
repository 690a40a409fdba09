import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { Interruption } from '../../context/interruption.ts';
import type { Project } from '../../project/project.ts';
import { parsePrevious } from '../../project/read-previous.ts';
import type { RehearsalPlan } from '../../rehearse/plan.ts';
import type { Policy } from '../../rehearse/policy/judge-finding.ts';
import { isEssential } from '../../rehearse/policy/essential-codes.ts';
import { exitCodeOf } from '../../report/exit-code.ts';
import { formatCount } from '../../report/formats/quantity.ts';
import type { Report } from '../../report/report.ts';
import { readVersion } from '../../version.ts';
import { readBaseline, writeBaseline } from '../baseline-file.ts';
import type { Invocation } from '../command.ts';
import { formatPlan } from '../format-plan.ts';
import { loadInvocationProject } from '../load-project.ts';
import { openEngine } from '../open-engine.ts';
import { printFailure } from '../print-failure.ts';
import { printReport } from '../print-report.ts';
import { type FinishedReport, openReporting, type Reporting } from '../report/reporting.ts';
import { runRecorded, type RunTools } from '../run-recorded.ts';

/** `djdev rehearse`: deploys the production image to a scratch environment and judges it. */
export async function run(invocation: Invocation): Promise<number> {
  if (invocation.options.plan === true) return printPlan(invocation);
  const reporting = await openReporting(invocation);
  const { report, exitCode } = await rehearseReported(reporting);
  await reporting.announce(report);
  return exitCode;
}

async function rehearseReported(
  reporting: Reporting,
): Promise<{ readonly report: Report; readonly exitCode: number }> {
  const { invocation } = reporting;
  let baseline: string | undefined;
  const work = async (tools: RunTools): Promise<void> => {
    const project = await loadInvocationProject(invocation);
    reporting.setProject(project);
    baseline = baselinePath(invocation, project);
    const policy = await makePolicy(invocation, project, baseline);
    const plan = await makePlan(invocation, project);
    const engine = tools.scope.use(await openEngine(invocation));
    const { rehearse } = await import('../../rehearse/rehearse.ts');
    const session = randomBytes(6).toString('hex');
    await rehearse(project, plan, { ...tools, engine, session }, policy);
  };
  const { report, progress } = await runRecorded(invocation, work, reporting.record);
  const finished = await reporting.finish(report);
  printReport(report, invocation, { progress, ...finished });
  const exitCode = await concludeRun(report, invocation, baseline);
  return { report, exitCode: concludeReporting(finished, invocation, exitCode) };
}

/** Writes the baseline where that was asked for, and answers the run's exit code. */
async function concludeRun(
  report: Report,
  { options, io, signal }: Invocation,
  baseline: string | undefined,
): Promise<number> {
  if (options.writeBaseline === true && baseline !== undefined && isJudged(report)) {
    const count = await writeBaseline(baseline, report.findings);
    io.stderr.write(`The baseline ${baseline} holds ${formatCount(count, 'finding')}.\n`);
    if (!report.findings.some(({ code, level }) => level === 'fail' && isEssential(code))) return 0;
  }
  return exitCodeOf(report, signal.reason instanceof Interruption ? signal.reason.exitCode : 130);
}

/** A run that passed and left no report where one was asked for has not done all it should. */
function concludeReporting(
  { failure, inContext }: FinishedReport,
  { options, io, redactor }: Invocation,
  exitCode: number,
): number {
  if (inContext.length > 0 && options.progress !== 'json') {
    io.stderr.write(
      `${inContext.join(' and ')} would be in the next image: name it in .dockerignore.\n`,
    );
  }
  if (failure === undefined) return exitCode;
  const { color, debug } = options;
  const shown = { ...(color && { color }), ...(debug && { debug }) };
  const own = printFailure(failure, io, { options: shown, redact: redactor.redact });
  return exitCode === 0 ? own : exitCode;
}

/** A run that broke off has not seen everything: its findings are no baseline. */
function isJudged({ verdict }: Report): boolean {
  return verdict === 'pass' || verdict === 'fail';
}

/** By option, by the manifest, or the usual name beside it. */
function baselinePath({ options, io }: Invocation, project: Project): string {
  if (options.baseline !== undefined) return path.resolve(io.cwd, options.baseline);
  return project.rehearse.baseline ?? path.join(project.root, 'djdev-baseline.json');
}

async function makePolicy(
  { options }: Invocation,
  project: Project,
  baseline: string,
): Promise<Policy> {
  const { checkCodes } = await import('../../rehearse/policy/check-codes.ts');
  checkCodes(project);
  const named = options.baseline !== undefined || project.rehearse.baseline !== undefined;
  const required = named && options.writeBaseline !== true;
  return {
    rules: project.rehearse.checks ?? [],
    baseline: await readBaseline(baseline, required),
    today: new Date().toISOString().slice(0, 10),
  };
}

async function printPlan(invocation: Invocation): Promise<number> {
  const { options, io } = invocation;
  const plan = await makePlan(invocation, await loadInvocationProject(invocation));
  io.stdout.write(options.json === true ? `${JSON.stringify(plan)}\n` : formatPlan(plan));
  return 0;
}

async function makePlan({ options, io }: Invocation, project: Project): Promise<RehearsalPlan> {
  const { planRehearsal } = await import('../../rehearse/plan.ts');
  return planRehearsal(project, {
    version: readVersion(),
    keep: options.keep ?? false,
    ...(options.previous === undefined ? {} : { previous: parsePrevious(options.previous) }),
    data: options.noData === true ? 'none' : options.renewData === true ? 'renewed' : 'cached',
    continuousIntegration: !['', '0', 'false', undefined].includes(io.environment['CI']),
    quick: options.quick === true,
    reproduce: options.repro === true,
    only: options.only ?? [],
    skip: options.skip ?? [],
  });
}
