import { randomBytes } from 'node:crypto';
import { Interruption } from '../../context/interruption.ts';
import type { Context } from '../../context/context.ts';
import type { BuildOutcome } from '../../engine/build/build-request.ts';
import { imageRepository } from '../../stack/image-repository.ts';
import type { Project } from '../../project/project.ts';
import { checkBuild } from '../../rehearse/checks/build.ts';
import { exitCodeOf } from '../../report/exit-code.ts';
import { formatJson } from '../../report/formats/json.ts';
import { readVersion } from '../../version.ts';
import type { Invocation } from '../command.ts';
import { loadInvocationProject } from '../load-project.ts';
import { openEngine } from '../open-engine.ts';
import { printReport } from '../print-report.ts';
import { guardOutput } from '../report/guard-output.ts';
import { runRecorded } from '../run-recorded.ts';

/** `djdev build`: the production image, and its reference on stdout. */
export async function run(given: Invocation): Promise<number> {
  const invocation = { ...given, io: guardOutput(given.io) };
  const { options, io, signal } = invocation;
  const { report, progress } = await runRecorded(invocation, async (tools) => {
    const project = await loadInvocationProject(invocation);
    const engine = tools.scope.use(await openEngine(invocation));
    const session = randomBytes(6).toString('hex');
    await buildProject(invocation, project, { ...tools, engine, session });
  });
  if (report.verdict === 'pass' && report.image !== undefined) {
    io.stdout.write(`${options.json === true ? formatJson(report) : report.image.reference}\n`);
  } else {
    printReport(report, invocation, { progress });
  }
  return exitCodeOf(report, signal.reason instanceof Interruption ? signal.reason.exitCode : 130);
}

/** Emits the events of a run that has one step. */
async function buildProject(
  { options }: Invocation,
  project: Project,
  { engine, session, emit, signal, clock }: Context,
): Promise<void> {
  const { buildImage } = await import('../../engine/build/build-image.ts');
  const startedMs = clock.monotonicMs();
  emit({
    type: 'run-started',
    command: 'build',
    project: project.name,
    session,
    version: readVersion(),
    steps: ['build'],
  });
  emit({ type: 'step-started', step: 'build' });
  const outcome = await buildImage(
    engine,
    {
      definition: project.build,
      repository: imageRepository(project),
      noCache: options.noCache ?? false,
    },
    {
      onReason: ({ rebuilt, text }) => {
        if (rebuilt) emit({ type: 'step-progressed', step: 'build', text });
      },
      onProgress: ({ name, state }) => {
        if (state === 'started') emit({ type: 'step-progressed', step: 'build', text: name });
      },
      onLine: (_, line) => emit({ type: 'line-logged', step: 'build', source: 'build', line }),
    },
    signal,
  );
  await emitOutcome(outcome, { engine, emit, signal });
  emit({ type: 'run-ended', ms: clock.monotonicMs() - startedMs, reason: 'completed' });
}

async function emitOutcome(
  outcome: BuildOutcome,
  { engine, emit, signal }: Pick<Context, 'engine' | 'emit' | 'signal'>,
): Promise<void> {
  const { ms } = outcome;
  if (outcome.type === 'failed') {
    for (const finding of checkBuild(outcome)) emit({ type: 'finding-reported', finding });
    const summary = `${outcome.instruction} failed`;
    emit({ type: 'step-ended', step: 'build', outcome: 'failed', ms, summary });
    return;
  }
  const { id, reference, reason } = outcome;
  const bytes = (await engine.inspectImage(id, signal))?.bytes ?? 0;
  emit({ type: 'image-inspected', image: { id, reference, bytes } });
  emit({ type: 'step-ended', step: 'build', outcome: 'passed', ms, summary: reason.text });
}
