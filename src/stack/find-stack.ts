import type { ContainerSummary, Engine } from '../engine/engine.ts';
import { stackNetwork, stackSession } from './stack-names.ts';
import type { FoundStack } from './start-services.ts';

/** The containers of a worktree's stack by role, running or not. */
export async function findStackContainers(
  engine: Engine,
  worktree: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ContainerSummary>> {
  const containers = await engine.listContainers({ worktree }, signal);
  return new Map(
    containers
      .filter(({ ownership }) => ownership.session === stackSession)
      .map((container) => [container.ownership.role, container]),
  );
}

/** All of a worktree's stack that is on the engine. */
export async function findStack(
  engine: Engine,
  worktree: string,
  signal: AbortSignal,
): Promise<FoundStack> {
  const [containers, owned] = await Promise.all([
    findStackContainers(engine, worktree, signal),
    engine.listOwned({ worktree }, signal),
  ]);
  const names = (kind: 'network' | 'volume'): readonly string[] =>
    owned.filter((one) => one.kind === kind).map(({ name }) => name);
  return {
    containers,
    hasNetwork: names('network').includes(stackNetwork({ id: worktree })),
    volumes: names('volume'),
  };
}
