import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { Interruption } from '../../context/interruption.ts';
import type { Project } from '../../project/project.ts';
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
import { printReport } from '../print-report.ts';
import { runRecorded } from '../run-recorded.ts';

/** `djdev rehearse`: deploys the production image to a scratch environment and judges it. */
export async function run(invocation: Invocation): Promise<number> {
  const { options, signal } = invocation;
  if (options.plan === true) return printPlan(invocation);
  let baseline: string | undefined;
  const { report, progress } = await runRecorded(invocation, async (tools) => {
    const project = await loadInvocationProject(invocation);
    baseline = baselinePath(invocation, project);
    const policy = await makePolicy(invocation, project, baseline);
    const plan = await makePlan(invocation, project);
    const engine = tools.scope.use(await openEngine(invocation));
    const { rehearse } = await import('../../rehearse/rehearse.ts');
    const session = randomBytes(6).toString('hex');
    await rehearse(project, plan, { ...tools, engine, session }, policy);
  });
  printReport(report, invocation, progress);
  if (options.writeBaseline === true && baseline !== undefined && isJudged(report)) {
    const count = await writeBaseline(baseline, report.findings);
    invocation.io.stderr.write(
      `The baseline ${baseline} holds ${formatCount(count, 'finding')}.\n`,
    );
    if (!report.findings.some(({ code, level }) => level === 'fail' && isEssential(code))) return 0;
  }
  return exitCodeOf(report, signal.reason instanceof Interruption ? signal.reason.exitCode : 130);
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

async function makePlan({ options }: Invocation, project: Project): Promise<RehearsalPlan> {
  const { planRehearsal } = await import('../../rehearse/plan.ts');
  return planRehearsal(project, {
    version: readVersion(),
    keep: options.keep ?? false,
    only: options.only ?? [],
    skip: options.skip ?? [],
  });
}
