import type { ContainerSummary, Engine } from '../engine/engine.ts';
import { gatedProcess, stackContainer, stackNetwork, stackSession } from './stack-names.ts';
import type { FoundStack } from './start-services.ts';

/** A container of a stack; published ports are those of its gate, if it has one. */
export interface StackContainer extends ContainerSummary {
  readonly gate?: ContainerSummary;
}

/** What of a worktree's stack is on the engine. */
export interface FoundProcesses extends FoundStack {
  readonly containers: ReadonlyMap<string, StackContainer>;
  /** By the name of the process. */
  readonly gates: ReadonlyMap<string, ContainerSummary>;
  /** Containers that a djdev which was killed left half-way to taking another's place. */
  readonly strays: readonly ContainerSummary[];
}

type Sorted = Pick<FoundProcesses, 'containers' | 'gates' | 'strays'>;

/** The containers of a worktree's stack by role, running or not. */
export async function findStackContainers(
  engine: Engine,
  worktree: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, StackContainer>> {
  return sort(worktree, await engine.listContainers({ worktree }, signal)).containers;
}

/** All of a worktree's stack that is on the engine. */
export async function findStack(
  engine: Engine,
  worktree: string,
  signal: AbortSignal,
): Promise<FoundProcesses> {
  const [containers, owned] = await Promise.all([
    engine.listContainers({ worktree }, signal),
    engine.listOwned({ worktree }, signal),
  ]);
  const names = (kind: 'network' | 'volume'): readonly string[] =>
    owned.filter((one) => one.kind === kind).map(({ name }) => name);
  return {
    ...sort(worktree, containers),
    hasNetwork: names('network').includes(stackNetwork({ id: worktree })),
    volumes: names('volume'),
  };
}

/** A container counts for its role only by its name: others are about to come or to go. */
function sort(worktree: string, listed: readonly ContainerSummary[]): Sorted {
  const stack = listed.filter(({ ownership }) => ownership.session === stackSession);
  const isNamed = ({ name, ownership }: ContainerSummary): boolean =>
    name === stackContainer({ id: worktree }, ownership.role);
  const named = stack.filter(isNamed);
  const gates = new Map(
    named.flatMap((one) => {
      const process = gatedProcess(one.ownership.role);
      return process === undefined ? [] : [[process, one] as const];
    }),
  );
  const containers = named
    .filter(({ ownership }) => gatedProcess(ownership.role) === undefined)
    .map((one) => [one.ownership.role, withGate(one, gates.get(one.ownership.role))] as const);
  return {
    containers: new Map(containers),
    gates,
    strays: stack.filter((one) => !isNamed(one)),
  };
}

function withGate(container: ContainerSummary, gate: ContainerSummary | undefined): StackContainer {
  if (gate === undefined) return container;
  const publishedPorts = container.running ? gate.publishedPorts : {};
  return { ...container, publishedPorts, gate };
}
