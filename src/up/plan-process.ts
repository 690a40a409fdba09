import type { ContainerSpec, ContainerSummary, ImageFacts } from '../engine/engine.ts';
import type { ProcessDefinition } from '../project/project.ts';
import { decideChange, rememberedPorts } from '../stack/decide-change.ts';
import { describeStackProcess, processPort } from '../stack/describe-process.ts';
import type { FoundProcesses, StackContainer } from '../stack/find-stack.ts';
import type { Stack } from '../stack/open-stack.ts';
import { planReloadOf, withReload } from './live/reload-spec.ts';

/** What a process's container follows from. */
export interface ProcessSources {
  readonly stack: Stack;
  readonly image: ImageFacts;
  readonly found: FoundProcesses;
  /** Whether processes are to take new code while they run. */
  readonly isLive: boolean;
}

/** One process with the container that it should have. */
export interface PlannedProcess {
  readonly process: ProcessDefinition;
  readonly spec: ContainerSpec;
  readonly existing: StackContainer | undefined;
  /** `undefined`: it has no port, or publishes it itself. */
  readonly gatedPort: number | undefined;
  /** It runs and has to become another, which takes its place once that has started. */
  readonly replacement: { readonly of: StackContainer; readonly reason: string } | undefined;
}

/** What is to be done about one process. Pure. */
export function planProcess(
  { stack, image, found, isLive }: ProcessSources,
  process: ProcessDefinition,
  mayHaveGate = true,
): PlannedProcess {
  const existing = found.containers.get(process.name);
  const port = processPort(process, image);
  const isGated = mayHaveGate && port !== undefined && !publishesItself(existing, image);
  const plain = describeStackProcess(stack, process, image, isGated);
  const spec = isLive ? withReload(plain, planReloadOf(stack, process, image)) : plain;
  const change = decideChange(spec, existing);
  const isReplaced = change.action === 'recreate' && existing?.running === true;
  return {
    process,
    spec,
    existing,
    gatedPort: isGated ? port : undefined,
    // What publishes its port itself has to go before anything else can have that.
    replacement:
      isReplaced && !hasOwnPorts(existing) ? { of: existing, reason: change.reason } : undefined,
  };
}

/** An image in which no gate could be started is not asked a second time. */
function publishesItself(existing: ContainerSummary | undefined, image: ImageFacts): boolean {
  return existing?.imageId === image.id && hasOwnPorts(existing);
}

function hasOwnPorts(existing: ContainerSummary): boolean {
  return Object.keys(rememberedPorts(existing)).length > 0;
}
