import type { ContainerSummary } from '../../engine/engine.ts';
import type { Invocation } from '../command.ts';

/** Says which containers were changed, on stdout. */
export function reportChanged(
  { io, options }: Invocation,
  done: 'stopped' | 'started' | 'restarted',
  containers: readonly ContainerSummary[],
  otherwise: string,
): number {
  const roles = containers.map(({ ownership }) => ownership.role);
  if (options.json === true) io.stdout.write(`${JSON.stringify({ version: 1, [done]: roles })}\n`);
  else if (options.quiet !== true) {
    const verb = `${done.charAt(0).toUpperCase()}${done.slice(1)}`;
    io.stdout.write(`${roles.length === 0 ? otherwise : `${verb} ${roles.join(', ')}.`}\n`);
  }
  return 0;
}
