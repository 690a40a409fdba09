import type { Context } from '../context/context.ts';
import type { EnvironmentValues, ImageFacts } from '../engine/engine.ts';
import type { Project } from '../project/project.ts';
import { openRun } from '../rehearse/open-run.ts';
import { webProcess } from '../stack/describe-process.ts';
import { identifyImage, measureImage } from './measure-side.ts';
import { digestRounds, newSalt } from './probe-program.ts';
import type { SideFacts } from './side-facts.ts';

/** What is to be described as production. */
export interface ProductionExport {
  readonly project: Project;
  readonly image: ImageFacts;
  readonly environment: EnvironmentValues;
}

const probeSeconds = 120;
const cleanUpTimeoutMs = 15_000;

/**
 * Describes an image with an environment, in a container and a network of their own that are gone
 * afterwards. The database that the environment names is asked what it is, if it can be reached.
 */
export async function exportProduction(
  context: Context,
  { project, image, environment }: ProductionExport,
): Promise<SideFacts> {
  const { engine, scope, signal } = context;
  const { run } = openRun(project, context, false);
  const id = await engine.createNetwork(run.network, run.ownership('network'), signal);
  scope.defer(() => engine.removeNetwork(id, AbortSignal.timeout(cleanUpTimeoutMs)));
  const facts = await measureImage(
    engine,
    {
      name: run.nameFor('parity'),
      image: image.id,
      ownership: run.ownership('parity'),
      environment,
      network: run.network,
    },
    { salt: newSalt(), rounds: digestRounds, database: true, timeoutSeconds: probeSeconds },
    signal,
  );
  return {
    ...facts,
    image: identifyImage(image),
    command: facts.command ?? commandOf(project, image),
  };
}

/** What starts behind an ENTRYPOINT is that one's business, and not known. */
function commandOf({ processes }: Project, image: ImageFacts): string[] | null {
  if (image.entrypoint.length > 0) return null;
  const process = processes.find(({ name }) => name === webProcess);
  return [...(process?.command ?? image.command)];
}
