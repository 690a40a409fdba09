import { type DeployTarget, usualTarget } from '../../project/deploy-target.ts';
import type { Project } from '../../project/project.ts';

/**
 * The platform that a project is deployed to, with what its own files change: the deadline, the
 * probe, the stop signal, the grace (milliseconds). Plain Docker when nothing names another.
 */
export function targetOf({ rehearse }: Pick<Project, 'rehearse'>): DeployTarget {
  return rehearse.target ?? usualTarget('docker');
}

/** The signal that asks the production process to end, for an image with this STOPSIGNAL. */
export function stopSignalOf(
  { stopSignal }: Pick<DeployTarget, 'stopSignal'>,
  imageStopSignal: string | undefined,
): string {
  return stopSignal ?? imageStopSignal ?? 'SIGTERM';
}
