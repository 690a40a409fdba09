import { containerExit, type ContainerInspection } from './container-facts.ts';
import { findOnEngine, tellEngine } from './engine-call.ts';
import type { EngineLink } from './engine-link.ts';
import type { ContainerExit } from './engine.ts';

/** What is said of a container that is gone before it could be asked. */
const gone: ContainerExit = { exitCode: 137, outOfMemory: false, error: 'it was removed' };

/** Resolves when the container does not run; at once when it does not run now. */
export async function waitContainer(
  link: EngineLink,
  id: string,
  signal: AbortSignal,
): Promise<ContainerExit> {
  const path = `/containers/${id}`;
  const waiting = {
    method: 'POST',
    path: `${path}/wait`,
    query: { condition: 'not-running' },
    doing: `wait for the end of container ${id}`,
  } as const;
  await tellEngine(link.http, waiting, [404], signal);
  const asking = { method: 'GET', path: `${path}/json`, doing: `inspect container ${id}` } as const;
  const found = await findOnEngine<ContainerInspection>(link.http, asking, signal);
  return (found && containerExit(found)) ?? gone;
}
