import type { ContainerSpec, ContainerSummary } from '../engine/engine.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import {
  type AppliedContainer,
  createStarted,
  placeOf,
  type Prepare,
} from '../stack/apply-container.ts';
import type { StackContainer } from '../stack/find-stack.ts';
import { switchGate } from '../stack/gate/switch-gate.ts';
import { readLastLines } from '../stack/read-last-lines.ts';
import type { StackContext } from '../stack/stack-context.ts';
import { stopGraceMs } from '../stack/stack-names.ts';
import { type FirstAnswer, waitForProcess, type Waiting } from './wait-for-process.ts';

/** What takes the place of a container that runs. */
export interface Replacement {
  readonly spec: ContainerSpec;
  readonly prepare: Prepare;
  readonly existing: StackContainer;
  /** Why it is replaced. */
  readonly reason: string;
  readonly waiting: Pick<Waiting, 'process' | 'image'>;
}

/** A container that took over, and its first answer. */
export interface Replaced {
  readonly container: AppliedContainer;
  readonly answer: FirstAnswer;
  /** The end of the one before, which nobody has to wait for. */
  readonly retired: Promise<void>;
}

const cleanUpMs = 30_000;
/** What runs answers at once, or does not count as healthy. */
const askMs = 1500;

/**
 * Starts a container beside the one that serves, and leads the gate to it once it answers: no
 * request fails meanwhile. Throws `DJ-PROCESS-START`, with the one before still serving, when the
 * new one ends, or is not healthy where the one before is.
 */
export async function replaceBehindGate(
  context: StackContext,
  gate: string,
  { spec, prepare, existing, reason, waiting }: Replacement,
): Promise<Replaced> {
  const { engine, signal } = context;
  const { role } = spec.ownership;
  const id = await createStarted(context, { ...spec, name: `${spec.name}.next` }, { prepare });
  try {
    const facts = await engine.inspectContainer(id, signal);
    const container = { role, id, name: spec.name, change: 'recreate', ...placeOf(facts) } as const;
    const answer = await waitForProcess(context, { ...waiting, container });
    if (answer.type !== 'healthy' && (await isHealthy(context, existing, waiting))) {
      throw await refuse(context, container, answer);
    }
    // From here on nothing may be left half done.
    const whole = AbortSignal.timeout(cleanUpMs);
    await engine.renameContainer(existing.id, `${spec.name}.previous`, whole);
    await engine.renameContainer(id, spec.name, whole);
    context.emit({ type: 'container-changed', role, action: 'recreated', reason });
    const retired = switchGate(context, gate, whole).then(() => retire(context, existing));
    return { container, answer, retired };
  } catch (error) {
    await engine.removeContainer(id, AbortSignal.timeout(cleanUpMs)).catch(() => undefined);
    throw keepsServing(error, role);
  }
}

/**
 * Stops what has no port and starts its replacement; when that does not stay, what ran before
 * runs again.
 */
export async function replaceOutright(
  context: StackContext,
  { spec, prepare, existing, reason, waiting }: Replacement,
): Promise<Replaced> {
  const { engine, signal } = context;
  const { role } = spec.ownership;
  const whole = (): AbortSignal => AbortSignal.timeout(cleanUpMs);
  await engine.stopContainer(existing.id, stopGraceMs, signal);
  await engine.renameContainer(existing.id, `${spec.name}.previous`, whole());
  let id: string | undefined;
  try {
    id = await createStarted(context, spec, { prepare });
    const facts = await engine.inspectContainer(id, signal);
    const container = { role, id, name: spec.name, change: 'recreate', ...placeOf(facts) } as const;
    const answer = await waitForProcess(context, { ...waiting, container });
    context.emit({ type: 'container-changed', role, action: 'recreated', reason });
    return { container, answer, retired: engine.removeContainer(existing.id, whole()) };
  } catch (error) {
    if (id !== undefined) await engine.removeContainer(id, whole()).catch(() => undefined);
    await engine.renameContainer(existing.id, spec.name, whole());
    if (!signal.aborted) await engine.startContainer(existing.id, whole());
    throw keepsServing(error, role);
  }
}

async function retire({ engine }: StackContext, { id }: ContainerSummary): Promise<void> {
  await engine.stopContainer(id, stopGraceMs, AbortSignal.timeout(cleanUpMs));
  await engine.removeContainer(id, AbortSignal.timeout(cleanUpMs));
}

async function isHealthy(
  context: StackContext,
  existing: StackContainer,
  waiting: Pick<Waiting, 'process' | 'image'>,
): Promise<boolean> {
  const { id, ownership, host, publishedPorts: ports } = existing;
  const container = { id, role: ownership.role, host, ports, change: 'keep' } as const;
  return await waitForProcess(context, { ...waiting, container, patienceMs: askMs }).then(
    ({ type }) => type === 'healthy',
    () => false,
  );
}

async function refuse(
  context: StackContext,
  { role, id }: AppliedContainer,
  answer: FirstAnswer,
): Promise<DjdevError> {
  const what =
    answer.type === 'unhealthy'
      ? `answers ${answer.response.status} at ${answer.request.path}`
      : 'does not answer';
  return new DjdevError('DJ-PROCESS-START', {
    message: `The new ${role} ${what}, and the one that runs is healthy.`,
    output: await readLastLines(context, id),
  });
}

/** The same failure, with what became of the process. */
function keepsServing(error: unknown, role: string): unknown {
  if (!(error instanceof DjdevError) || error.code !== 'DJ-PROCESS-START') return error;
  const { message, output, cause } = error;
  return new DjdevError('DJ-PROCESS-START', {
    message: `${message} The ${role} that ran before goes on.`,
    hint: 'Mend it and save: the next edit tries again.',
    output,
    cause,
  });
}
