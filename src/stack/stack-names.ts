import type { Ownership } from '../engine/engine.ts';
import type { Project } from '../project/project.ts';

/** The session label of all that belongs to a running stack, and not to one run of djdev. */
export const stackSession = 'up';

type Named = Pick<Project, 'id'>;

/** The network of a worktree's stack. */
export function stackNetwork({ id }: Named): string {
  return `djdev-${id}`;
}

/** The container of one process or service; `role` is its name in the manifest. */
export function stackContainer({ id }: Named, role: string): string {
  return `djdev-${id}-${role}`;
}

const gateEnd = '.gate';

/** The role of the container that has a process's port. */
export function gateRole(process: string): string {
  return `${process}${gateEnd}`;
}

/** The process whose port a container has; `undefined` for a container that is no gate. */
export function gatedProcess(role: string): string | undefined {
  return role.endsWith(gateEnd) ? role.slice(0, -gateEnd.length) : undefined;
}

/** A volume of a service; `volume` is its name within the service. */
export function stackVolume({ id }: Named, service: string, volume: string): string {
  return `djdev-${id}-${service}-${volume}`;
}

/** Labels of something that stays until `djdev down`. */
export function stackOwnership(
  { id, name }: Pick<Project, 'id' | 'name'>,
  role: string,
): Ownership {
  return { project: name, session: stackSession, role, worktree: id, persistent: true };
}

/**
 * How long a container of a stack may take to end before it is killed. A process that is PID 1 and
 * does not care for SIGTERM would make everybody wait for as long.
 */
export const stopGraceMs = 4000;
