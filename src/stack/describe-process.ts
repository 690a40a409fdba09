import type { ContainerSpec, ImageFacts } from '../engine/engine.ts';
import type { ProcessDefinition } from '../project/project.ts';
import { applicationPort } from './application-container.ts';
import type { Stack } from './open-stack.ts';
import { stackContainer, stackNetwork, stackOwnership } from './stack-names.ts';

/** The process that people mean when they name none, and that listens even if nothing says where. */
export const webProcess = 'web';

/** The container port a process listens on; `undefined` for workers. */
export function processPort(
  process: ProcessDefinition,
  image: Pick<ImageFacts, 'exposedPorts'>,
): number | undefined {
  const listens = process.port !== undefined || process.name === webProcess;
  return listens ? applicationPort(process, image) : undefined;
}

/**
 * The container of one process in development: production's image and command. Behind a gate it
 * leaves its name on the network to that. Pure.
 */
export function describeStackProcess(
  { project, environment }: Stack,
  process: ProcessDefinition,
  image: Pick<ImageFacts, 'id' | 'exposedPorts'>,
  isGated: boolean,
): ContainerSpec {
  const port = processPort(process, image);
  return {
    name: stackContainer(project, process.name),
    image: image.id,
    ownership: stackOwnership(project, process.name),
    ...(process.command === undefined ? {} : { command: process.command }),
    environment,
    network: stackNetwork(project),
    aliases: isGated ? [] : [process.name],
    publish: port === undefined ? [] : [port],
    lifeline: 'none',
  };
}

/**
 * A container of its own for one command, with the application's image and environment. The
 * image's ENTRYPOINT runs before it, as in production, unless it is the server itself. Pure.
 */
export function describeOneOff(
  { project, environment }: Stack,
  image: Pick<ImageFacts, 'id' | 'entrypoint' | 'command'>,
  command: readonly string[],
  session: string,
): ContainerSpec {
  return {
    name: stackContainer(project, `run-${session}`),
    image: image.id,
    ownership: { ...stackOwnership(project, 'run'), session, persistent: false },
    ...(isServer(image) ? { entrypoint: [] } : {}),
    command,
    environment,
    network: stackNetwork(project),
    lifeline: 'none',
  };
}

/** An ENTRYPOINT without a CMD that is not a script which prepares and hands on. */
function isServer({ entrypoint, command }: Pick<ImageFacts, 'entrypoint' | 'command'>): boolean {
  const prepares = /entrypoint|\.sh$|tini|dumb-init/u;
  return entrypoint.length > 0 && command.length === 0 && !entrypoint.some((w) => prepares.test(w));
}
