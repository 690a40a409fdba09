import type { ContainerFacts, ContainerSpec, ContainerSummary } from '../engine/engine.ts';
import { fingerprintSpec } from '../engine/spec-fingerprint.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import { choosePort } from './choose-ports.ts';
import {
  type Change,
  decideChange,
  portsLabel,
  rememberedPorts,
  specLabel,
} from './decide-change.ts';
import type { StackContext } from './stack-context.ts';
import { gatedProcess, stopGraceMs } from './stack-names.ts';

/** A container of the stack that runs as its spec says. */
export interface AppliedContainer {
  readonly role: string;
  readonly id: string;
  readonly name: string;
  readonly change: Change['action'];
  readonly host: string;
  /** Container port → port as this process reaches it. */
  readonly ports: Readonly<Record<number, number>>;
}

/** Ports that are tried for one container. */
const portAttempts = 20;

/** Does something to a container that was created and not started yet. */
export type Prepare = (id: string) => Promise<void>;

/** How a container is made. */
export interface ApplyOptions {
  /** Called for a new container before its start. */
  readonly prepare?: Prepare;
  /** `any`: the engine chooses at each start, because people do not use them. */
  readonly ports?: 'of-the-worktree' | 'any';
}

/** Makes the container run as its spec says, with as little change as that takes. */
export async function applyContainer(
  context: StackContext,
  spec: ContainerSpec,
  existing: ContainerSummary | undefined,
  { prepare = async () => {}, ports = 'of-the-worktree' }: ApplyOptions = {},
): Promise<AppliedContainer> {
  const change = decideChange(spec, existing);
  const { role } = spec.ownership;
  const id = await carryOut({ ...context, prepare, ports }, spec, existing, change);
  if (gatedProcess(role) === undefined) {
    context.emit({
      type: 'container-changed',
      role,
      action: pastOf[change.action],
      ...(change.action === 'recreate' ? { reason: change.reason } : {}),
    });
  }
  if (existing !== undefined && id === existing.id && change.action === 'keep') {
    return { role, id, name: spec.name, change: 'keep', ...placeOf(existing) };
  }
  const facts = await context.engine.inspectContainer(id, context.signal);
  return { role, id, name: spec.name, change: change.action, ...placeOf(facts) };
}

const pastOf = {
  keep: 'kept',
  start: 'started',
  create: 'created',
  recreate: 'recreated',
} as const;

/** Where a container is reached. */
export function placeOf(
  facts: Pick<ContainerFacts, 'host' | 'publishedPorts'> | undefined,
): Pick<AppliedContainer, 'host' | 'ports'> {
  return { host: facts?.host ?? '127.0.0.1', ports: facts?.publishedPorts ?? {} };
}

type Applying = StackContext & Required<ApplyOptions>;

async function carryOut(
  context: Applying,
  spec: ContainerSpec,
  existing: ContainerSummary | undefined,
  change: Change,
): Promise<string> {
  const { engine, signal } = context;
  const ports = context.ports === 'any' ? {} : portsOf(spec, rememberedPorts(existing));
  if (existing === undefined) return await createOnFreePort(context, spec, ports);
  if (change.action === 'keep') return existing.id;
  if (change.action === 'start') {
    const started = await startUnlessTaken(context, existing.id);
    if (started) return existing.id;
  } else if (existing.running) {
    await engine.stopContainer(existing.id, stopGraceMs, signal);
  }
  await engine.removeContainer(existing.id, signal);
  return await createOnFreePort(context, spec, ports);
}

type HostPorts = Readonly<Record<number, number>>;

/** Those it had, for ports that are still published; else those derived from the worktree. */
function portsOf(spec: ContainerSpec, remembered: HostPorts, attempt = 0): HostPorts {
  const { worktree } = spec.ownership;
  return Object.fromEntries(
    (spec.publish ?? []).map((port) => [
      port,
      remembered[port] ?? choosePort(worktree, ownerOf(spec), port, attempt),
    ]),
  );
}

/** Whose port it is, for people. */
function ownerOf({ ownership: { role } }: ContainerSpec): string {
  return gatedProcess(role) ?? role;
}

async function createOnFreePort(
  context: Applying,
  spec: ContainerSpec,
  wanted: HostPorts,
): Promise<string> {
  const { emit, prepare } = context;
  let ports = wanted;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await createStarted(context, spec, { prepare, ports });
    } catch (error) {
      if (!isPortTaken(error) || attempt >= portAttempts) throw error;
    }
    const before = ports;
    ports = portsOf(spec, {}, attempt + 1);
    for (const port of spec.publish ?? []) {
      const { [port]: from = 0 } = before;
      const { [port]: to = 0 } = ports;
      emit({ type: 'port-moved', role: ownerOf(spec), from, to });
    }
  }
}

/**
 * Makes a container with the labels by which it is compared later, and starts it; without `ports`
 * the engine chooses them. What does not start is removed.
 */
export async function createStarted(
  { engine, signal }: Pick<StackContext, 'engine' | 'signal'>,
  spec: ContainerSpec,
  { prepare, ports = {} }: { readonly prepare: Prepare; readonly ports?: HostPorts },
): Promise<string> {
  const labels = {
    ...spec.labels,
    [specLabel]: JSON.stringify(fingerprintSpec(spec)),
    [portsLabel]: JSON.stringify(ports),
  };
  const id = await engine.createContainer({ ...spec, labels, hostPorts: ports }, signal);
  try {
    await prepare(id);
    await engine.startContainer(id, signal);
    return id;
  } catch (error) {
    // What did not start must not be taken for a stopped container later.
    await engine.removeContainer(id, AbortSignal.timeout(15_000)).catch(() => undefined);
    throw error;
  }
}

/** `false` when somebody took the container's port while it was stopped. */
async function startUnlessTaken({ engine, signal }: StackContext, id: string): Promise<boolean> {
  try {
    await engine.startContainer(id, signal);
    return true;
  } catch (error) {
    if (isPortTaken(error)) return false;
    throw error;
  }
}

function isPortTaken(error: unknown): boolean {
  return error instanceof DjdevError && error.code === 'DJ-PORT-TAKEN';
}
