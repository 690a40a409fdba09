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
import { stopGraceMs } from './stack-names.ts';

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
type Prepare = (id: string) => Promise<void>;

/**
 * Makes the container run as its spec says, with as little change as that takes. `prepare` is
 * called for a new one before its start.
 */
export async function applyContainer(
  context: StackContext,
  spec: ContainerSpec,
  existing: ContainerSummary | undefined,
  prepare: Prepare = async () => {},
): Promise<AppliedContainer> {
  const change = decideChange(spec, existing);
  const { role } = spec.ownership;
  const id = await carryOut({ ...context, prepare }, spec, existing, change);
  context.emit({
    type: 'container-changed',
    role,
    action: pastOf[change.action],
    ...(change.action === 'recreate' ? { reason: change.reason } : {}),
  });
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

function placeOf(
  facts: Pick<ContainerFacts, 'host' | 'publishedPorts'> | undefined,
): Pick<AppliedContainer, 'host' | 'ports'> {
  return { host: facts?.host ?? '127.0.0.1', ports: facts?.publishedPorts ?? {} };
}

type Applying = StackContext & { readonly prepare: Prepare };

async function carryOut(
  context: Applying,
  spec: ContainerSpec,
  existing: ContainerSummary | undefined,
  change: Change,
): Promise<string> {
  const { engine, signal } = context;
  const ports = portsOf(spec, rememberedPorts(existing));
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
  const { worktree, role } = spec.ownership;
  return Object.fromEntries(
    (spec.publish ?? []).map((port) => [
      port,
      remembered[port] ?? choosePort(worktree, role, port, attempt),
    ]),
  );
}

async function createOnFreePort(
  context: Applying,
  spec: ContainerSpec,
  wanted: HostPorts,
): Promise<string> {
  const { engine, signal, emit, prepare } = context;
  let ports = wanted;
  for (let attempt = 0; ; attempt += 1) {
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
      if (!isPortTaken(error) || attempt >= portAttempts) throw error;
    }
    const before = ports;
    ports = portsOf(spec, {}, attempt + 1);
    for (const port of spec.publish ?? []) {
      const { [port]: from = 0 } = before;
      const { [port]: to = 0 } = ports;
      emit({ type: 'port-moved', role: spec.ownership.role, from, to });
    }
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
