import { buildImage } from '../../engine/build/build-image.ts';
import type { Finding } from '../../report/finding.ts';
import { checkReproducible } from '../checks/reproducible.ts';
import type { RehearsalPlan } from '../plan.ts';
import type { RehearsalRun } from '../run.ts';
import { hashImage } from './hash-image.ts';

/**
 * Builds the image once more without any cache, and compares the two file by file. The second one
 * is removed again. A build that fails says so as the first one would.
 */
export async function buildAgain(
  { project, context: { engine, emit, signal } }: RehearsalRun,
  plan: RehearsalPlan,
  imageId: string,
): Promise<readonly Finding[]> {
  const tell = (text: string): void => emit({ type: 'step-progressed', step: 'image', text });
  tell('building once more, without a cache');
  const outcome = await buildImage(
    engine,
    { definition: project.build, repository: `${plan.build.repository}-again`, noCache: true },
    {
      onProgress: ({ name, state }) => {
        if (state === 'started') tell(`once more: ${name}`);
      },
      onLine: (_, line) => emit({ type: 'line-logged', step: 'image', source: 'build', line }),
    },
    signal,
  );
  if (outcome.type === 'failed') return [failedAgain(outcome)];
  try {
    tell('comparing the two images');
    const first = await hashImage(await engine.saveImage(imageId, signal));
    const second = await hashImage(await engine.saveImage(outcome.id, signal));
    return checkReproducible(first, second);
  } finally {
    if (outcome.id !== imageId) {
      await engine.removeImage(outcome.reference, AbortSignal.timeout(removalMs));
    }
  }
}

const removalMs = 60_000;

function failedAgain({
  instruction,
  message,
  output,
  hint,
}: {
  readonly instruction: string;
  readonly message: string;
  readonly output: readonly string[];
  readonly hint: string;
}): Finding {
  return {
    code: 'image-not-reproducible',
    level: 'fail',
    step: 'image',
    title: `The image is only built from a cache: without one it fails at “${instruction}”. ${message}`,
    detail: output.slice(-30).join('\n'),
    hint,
  };
}
