import type { Readable } from 'node:stream';
import type { EnvironmentValues, ImageFacts, RunningContainer } from '../engine/engine.ts';
import type { ProcessDefinition } from '../project/project.ts';
import { describeApplicationContainer } from '../stack/application-container.ts';
import type { RehearsalRun } from './run.ts';

/** A container of a release beside the one that is rehearsed. */
export interface ReleaseContainer {
  /** Of the container; two of them never run under one role. */
  readonly role: string;
  readonly process: ProcessDefinition;
  readonly image: ImageFacts;
  readonly environment: EnvironmentValues;
  /** Files that it needs before its start. */
  readonly seeds: readonly { readonly path: string; archive(): Promise<Readable | undefined> }[];
}

/** Starts it as production does; it goes when it is disposed, at the latest with the scope. */
export async function runReleaseContainer(
  run: RehearsalRun,
  { role, process, image, environment, seeds }: ReleaseContainer,
): Promise<RunningContainer> {
  const { engine, signal, scope } = run.context;
  const spec = describeApplicationContainer(process, {
    image,
    environment,
    network: run.network,
    name: run.nameFor(role),
    ownership: { ...run.ownership(role), persistent: false },
    keep: false,
  });
  // The name of the process on the network belongs to the one that is rehearsed.
  const container = await engine.runContainer({ ...spec, aliases: [role] }, signal, async (id) => {
    for (const seed of seeds) {
      const archive = await seed.archive();
      if (archive) await engine.putArchive(id, seed.path, archive, signal);
    }
  });
  scope.use(container);
  return container;
}
