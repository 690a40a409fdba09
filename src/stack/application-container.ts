import type { ContainerSpec, EnvironmentValues, ImageFacts, Ownership } from '../engine/engine.ts';
import type { ProcessDefinition } from '../project/project.ts';

/** Where one process of the application is to run. */
export interface ApplicationPlacement {
  readonly image: Pick<ImageFacts, 'id' | 'exposedPorts'>;
  readonly environment: EnvironmentValues;
  readonly network: string;
  readonly name: string;
  readonly ownership: Ownership;
  /** Outlives djdev, for a person to look at. */
  readonly keep: boolean;
}

/** Where web servers listen when neither manifest nor image says so. */
const usualPort = 8000;

/** The container port a process is reached at: declared, else exposed by the image, else 8000. */
export function applicationPort(
  process: Pick<ProcessDefinition, 'port'>,
  image: Pick<ImageFacts, 'exposedPorts'>,
): number {
  return process.port ?? image.exposedPorts[0] ?? usualPort;
}

/**
 * The container of one process of the application, exactly as production starts it: the image's
 * own command unless the manifest names one, PID 1 unchanged. Pure.
 */
export function describeApplicationContainer(
  process: ProcessDefinition,
  placement: ApplicationPlacement,
): ContainerSpec {
  const { image, environment, network, name, ownership, keep } = placement;
  return {
    name,
    image: image.id,
    ownership,
    ...(process.command === undefined ? {} : { command: process.command }),
    environment,
    network,
    aliases: [process.name],
    publish: [applicationPort(process, image)],
    lifeline: keep ? 'none' : 'watch',
  };
}
