import { buildImage } from '../../engine/build/build-image.ts';
import type { BuildOutcome, BuildProgress } from '../../engine/build/build-request.ts';
import type { ImageFacts } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import { checkBuild, nameInstruction } from '../checks/build.ts';
import type { RehearsalPlan } from '../plan.ts';
import { reportFindings } from '../report-findings.ts';
import type { RehearsalRun, StepResult } from '../run.ts';

/** The production image of this tree. */
export interface BuiltImage {
  readonly reference: string;
  readonly facts: ImageFacts;
}

/** Builds the production image, or finds that it is built already. */
export async function runBuild(
  run: RehearsalRun,
  plan: RehearsalPlan,
): Promise<StepResult<BuiltImage>> {
  const { engine, signal, emit } = run.context;
  const outcome = await buildImage(
    engine,
    { definition: run.project.build, repository: plan.build.repository },
    {
      onProgress: (progress) => {
        const text = describeProgress(progress);
        if (text !== undefined) emit({ type: 'step-progressed', step: 'build', text });
      },
      onLine: (_, line) => emit({ type: 'line-logged', step: 'build', source: 'build', line }),
      onReason: ({ rebuilt, text }) => {
        if (rebuilt) emit({ type: 'step-progressed', step: 'build', text });
      },
    },
    signal,
  );
  if (outcome.type === 'failed') {
    reportFindings(run.context, checkBuild(outcome));
    return { summary: `failed at ${nameInstruction(outcome.instruction)}`, value: undefined };
  }
  const facts = await engine.inspectImage(outcome.id, signal);
  if (facts === undefined) throw lostImage(outcome.reference);
  emit({
    type: 'image-inspected',
    image: { id: facts.id, reference: outcome.reference, bytes: facts.bytes },
  });
  return { summary: describeBuild(outcome), value: { reference: outcome.reference, facts } };
}

function describeProgress({ name, state, ms }: BuildProgress): string | undefined {
  if (state === 'started') return name;
  if (state === 'completed' && ms !== undefined && ms >= 1000) {
    return `${name} took ${(ms / 1000).toFixed(1)} s`;
  }
  return undefined;
}

function describeBuild({ reason, ms }: Extract<BuildOutcome, { type: 'built' }>): string {
  return reason.rebuilt ? `${reason.text}, built in ${(ms / 1000).toFixed(1)} s` : reason.text;
}

function lostImage(reference: string): DjdevError {
  return new DjdevError('DJ-IMAGE-NOT-FOUND', {
    message: `The image ${reference} was built, but the engine does not have it any more.`,
    hint: 'Something else removes images on this engine, such as a prune job. Run djdev again.',
  });
}
