import { buildImage } from '../engine/build/build-image.ts';
import type { ImageFacts } from '../engine/engine.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import type { Project } from '../project/project.ts';
import { imageRepository } from '../stack/image-repository.ts';
import type { StackContext } from '../stack/stack-context.ts';
import type { UpPlan } from './plan.ts';

/**
 * The image of the tree as `djdev rehearse` would build it; with `never` the newest there is.
 * Throws `DJ-BUILD` with the failing step's last lines, and `DJ-IMAGE-NOT-FOUND`.
 */
export async function buildStackImage(
  context: StackContext,
  project: Project,
  when: UpPlan['build']['when'],
): Promise<ImageFacts> {
  const { engine, signal, emit } = context;
  const repository = imageRepository(project);
  if (when === 'never') return await findNewest(context, repository);
  const outcome = await buildImage(
    engine,
    { definition: project.build, repository, force: when === 'always' },
    {
      onReason: ({ rebuilt, text }) => emit({ type: 'build-decided', rebuilt, text }),
      onProgress: ({ name, state }) => {
        if (state === 'started') emit({ type: 'build-progressed', text: name });
      },
      onLine: (_, line) => emit({ type: 'line-logged', role: 'build', line }),
    },
    signal,
  );
  if (outcome.type === 'failed') {
    const { message, hint, output, location } = outcome;
    throw new DjdevError('DJ-BUILD', {
      message: `${outcome.instruction} failed: ${message}`,
      hint,
      output,
      ...(location === undefined ? {} : { location }),
    });
  }
  if (outcome.reason.rebuilt) {
    emit({ type: 'image-ready', reference: outcome.reference, ms: outcome.ms });
  }
  return (await engine.inspectImage(outcome.id, signal)) ?? (await findNewest(context, repository));
}

async function findNewest(
  { engine, signal }: StackContext,
  repository: string,
): Promise<ImageFacts> {
  const [newest] = await engine.listImages(repository, signal);
  const found = newest === undefined ? undefined : await engine.inspectImage(newest, signal);
  if (found !== undefined) return found;
  throw new DjdevError('DJ-IMAGE-NOT-FOUND', {
    message: `The engine has no image ${repository}.`,
    hint: 'Build it with djdev build, or leave --no-build out.',
  });
}
