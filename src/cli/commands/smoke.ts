import { randomBytes } from 'node:crypto';
import { Interruption } from '../../context/interruption.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { Project } from '../../project/project.ts';
import type { Policy } from '../../rehearse/policy/judge-finding.ts';
import type { SmokeTarget } from '../../rehearse/smoke/smoke-target.ts';
import { exitCodeOf } from '../../report/exit-code.ts';
import { readVersion } from '../../version.ts';
import type { Invocation } from '../command.ts';
import { loadInvocationProject } from '../load-project.ts';
import { openEngine } from '../open-engine.ts';
import { printFailure } from '../print-failure.ts';
import { printReport } from '../print-report.ts';
import { openReporting } from '../report/reporting.ts';
import { runRecorded, type RunTools } from '../run-recorded.ts';
import { targetOfStack, targetOfUrl } from '../smoke/find-target.ts';
import { openInvocationStack } from '../stack/open-stack-command.ts';

/** `djdev smoke`: the manifest's smoke requests against what runs already. */
export async function run(given: Invocation): Promise<number> {
  // It is no rehearsal: kept reports and their history are not told of it.
  const reporting = await openReporting(given);
  const { invocation } = reporting;
  const work = async (tools: RunTools): Promise<void> => {
    const project = await loadInvocationProject(invocation);
    const policy = await makePolicy(project);
    const over = new AbortController();
    const signal = AbortSignal.any([tools.signal, over.signal]);
    try {
      const target = await findTarget({ ...invocation, signal }, project, tools);
      const { smokeDeployment } = await import('../../rehearse/smoke/smoke-deployment.ts');
      const session = randomBytes(6).toString('hex');
      await smokeDeployment(project, target, tools, { policy, session, version: readVersion() });
    } finally {
      over.abort(new Error('The requests have been answered.'));
    }
  };
  const { report, progress } = await runRecorded(invocation, work, reporting.record);
  const { failure } = await reporting.finish(report);
  const { options, io, signal, redactor } = invocation;
  printReport(report, invocation, { progress, place: options.report });
  await reporting.announce(report);
  const interrupted = signal.reason instanceof Interruption ? signal.reason.exitCode : 130;
  const exitCode = exitCodeOf(report, interrupted);
  if (failure === undefined) return exitCode;
  const own = printFailure(failure, io, { options: {}, redact: redactor.redact });
  return exitCode === 0 ? own : exitCode;
}

async function findTarget(
  invocation: Invocation,
  project: Project,
  { scope }: RunTools,
): Promise<SmokeTarget> {
  const { url } = invocation.options;
  const { smokeTests, hurlFiles = [] } = project.rehearse;
  if (url === undefined) {
    const engine = scope.use(await openEngine(invocation));
    const stack = await openInvocationStack(invocation, project);
    return await targetOfStack(project, engine, { stack, signal: invocation.signal });
  }
  const target = targetOfUrl(url);
  if (smokeTests.length > 0 || hurlFiles.length > 0) return target;
  throw new DjdevError('DJ-USAGE', {
    message: `${project.name} names no requests under rehearse.smoke, so there is nothing to ask.`,
    hint: 'Write rehearse: { smoke: ["GET / : 200"] } in djdev.yaml. Pages are found by themselves only where the container can be looked into.',
  });
}

async function makePolicy(project: Project): Promise<Policy> {
  const { checkCodes } = await import('../../rehearse/policy/check-codes.ts');
  checkCodes(project);
  return {
    rules: project.rehearse.checks ?? [],
    baseline: new Set(),
    today: new Date().toISOString().slice(0, 10),
  };
}
