import { randomBytes } from 'node:crypto';
import { Interruption } from '../../context/interruption.ts';
import type { Project } from '../../project/project.ts';
import type { RehearsalPlan } from '../../rehearse/plan.ts';
import { exitCodeOf } from '../../report/exit-code.ts';
import { readVersion } from '../../version.ts';
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
  const { report, progress } = await runRecorded(invocation, async (tools) => {
    const project = await loadInvocationProject(invocation);
    const plan = await makePlan(invocation, project);
    const engine = tools.scope.use(await openEngine(invocation));
    const { rehearse } = await import('../../rehearse/rehearse.ts');
    await rehearse(project, plan, { ...tools, engine, session: randomBytes(6).toString('hex') });
  });
  printReport(report, invocation, progress);
  return exitCodeOf(report, signal.reason instanceof Interruption ? signal.reason.exitCode : 130);
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
