import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ContainerSpec, ContainerSummary, ImageFacts } from '../../engine/engine.ts';
import type { Project } from '../../project/project.ts';
import { gateRole, stackContainer, stackNetwork, stackOwnership } from '../stack-names.ts';

/** The path holds from `src/` and from `dist/`: the package ships the program as it is. */
const program = fileURLToPath(new URL('../../../src/stack/gate/gate.py', import.meta.url));

/** Nothing of the project's Python set-up can get in the way, and nothing of it is loaded. */
const flags = ['-I', '-S', '-B', '-u', '-c'];

/** Text of the gate's program. */
export function readGateProgram(): Promise<string> {
  return readFile(program, 'utf8');
}

/**
 * The gate of a process: it has the process's published port and its name on the network, and leads
 * to the container that has the process's container name. A gate that runs keeps the image it was
 * made from. Pure.
 */
export function describeGate(
  project: Pick<Project, 'id' | 'name'>,
  role: string,
  { port, image, source, existing }: GateParts,
): ContainerSpec {
  const command = ['python3', ...flags, source, String(port), stackContainer(project, role)];
  return {
    name: stackContainer(project, gateRole(role)),
    image: existing?.running === true ? existing.imageId : image.id,
    ownership: stackOwnership(project, gateRole(role)),
    entrypoint: command,
    command: [],
    network: stackNetwork(project),
    aliases: [role],
    publish: [port],
    lifeline: 'none',
  };
}

interface GateParts {
  /** Container port of the process. */
  readonly port: number;
  /** Any image with Python. */
  readonly image: Pick<ImageFacts, 'id'>;
  readonly source: string;
  readonly existing: ContainerSummary | undefined;
}
