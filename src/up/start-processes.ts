import type { ContainerSummary } from '../engine/engine.ts';
import type { ProcessDefinition } from '../project/project.ts';
import { type AppliedContainer, applyContainer, type Prepare } from '../stack/apply-container.ts';
import type { StackContext } from '../stack/stack-context.ts';
import { planReloadOf, readRemembered } from './live/reload-spec.ts';
import { openGate } from './open-gate.ts';
import { type PlannedProcess, planProcess, type ProcessSources } from './plan-process.ts';
import { replaceBehindGate, replaceOutright } from './replace-process.ts';
import { type FirstAnswer, shownHost, waitForProcess } from './wait-for-process.ts';

/** A process of the stack that runs. */
export interface StartedProcess {
  readonly container: AppliedContainer;
  /** Where people reach it; `undefined` for workers. */
  readonly url: string | undefined;
  readonly status: number | undefined;
  readonly healthy: boolean;
}

/** What is to run, and who wants to know of it. */
export interface StartingStack extends ProcessSources {
  /** Told of every container as soon as it runs. */
  readonly onContainer: (container: AppliedContainer) => void;
  /** Told of ends of containers that nobody has to wait for now. */
  readonly onRetiring: (end: Promise<void>) => void;
}

/**
 * Brings every process to what the project says. What listens comes first where something that runs
 * is replaced: if that does not start, nothing else is touched.
 */
export async function startProcesses(
  context: StackContext,
  starting: StartingStack,
): Promise<readonly StartedProcess[]> {
  const { stack, found } = starting;
  await removeAll(context, found.strays);
  const planned = stack.project.processes.map((process) => planProcess(starting, process));
  const isLate = ({ replacement, gatedPort }: PlannedProcess): boolean =>
    replacement !== undefined && gatedPort === undefined;
  const start = (one: PlannedProcess): Promise<StartedProcess> => startOne(context, starting, one);
  const early = await everyOrFirstFailure(planned.filter((one) => !isLate(one)).map(start));
  return [...early, ...(await everyOrFirstFailure(planned.filter(isLate).map(start)))];
}

async function startOne(
  context: StackContext,
  starting: StartingStack,
  planned: PlannedProcess,
): Promise<StartedProcess> {
  const { process, gatedPort, replacement } = planned;
  if (gatedPort === undefined) {
    if (replacement === undefined) return await startOnItsOwn(context, starting, planned);
    return await replace(context, starting, planned, undefined);
  }
  const open = async (): Promise<AppliedContainer | undefined> =>
    await openGate(context, starting, process.name, gatedPort);
  if (replacement === undefined) return await startBehind(context, starting, planned, open);
  return await replace(context, starting, planned, await open());
}

/** A process without a port, or one that publishes it itself. */
async function startOnItsOwn(
  context: StackContext,
  starting: StartingStack,
  { process, spec, existing }: PlannedProcess,
): Promise<StartedProcess> {
  const prepare = prepareProcess(context, starting, process);
  const container = await applyContainer(context, spec, existing, { prepare });
  starting.onContainer(container);
  const answer = await waitForProcess(context, { ...starting, process, container });
  return tell(context, container, answer, container);
}

async function startBehind(
  context: StackContext,
  starting: StartingStack,
  { process, spec, existing }: PlannedProcess,
  open: () => Promise<AppliedContainer | undefined>,
): Promise<StartedProcess> {
  const prepare = prepareProcess(context, starting, process);
  const container = await applyContainer(context, spec, existing, { prepare, ports: 'any' });
  starting.onContainer(container);
  // The gate opens while the process boots.
  const answering = waitForProcess(context, { ...starting, process, container });
  answering.catch(() => {});
  const gate = await open();
  if (gate === undefined) {
    const text = 'the image has no python3, so nothing answers while a rebuild replaces it';
    context.emit({ type: 'stack-noted', role: process.name, text });
    await context.engine.removeContainer(container.id, context.signal);
    return await startOnItsOwn(context, starting, {
      ...planProcess(starting, process, false),
      existing: undefined,
    });
  }
  starting.onContainer(gate);
  return tell(context, container, await answering, gate);
}

async function replace(
  context: StackContext,
  starting: StartingStack,
  { process, spec, replacement }: PlannedProcess,
  gate: AppliedContainer | undefined,
): Promise<StartedProcess> {
  if (replacement === undefined) throw new Error(`Nothing is replaced by ${spec.name}.`);
  const prepare = prepareProcess(context, starting, process);
  const waiting = { process, image: starting.image };
  const { of: existing, reason } = replacement;
  const wanted = { spec, prepare, existing, reason, waiting };
  const { container, answer, retired } =
    gate === undefined
      ? await replaceOutright(context, wanted)
      : await replaceBehindGate(context, gate.id, wanted);
  starting.onRetiring(retired);
  starting.onContainer(container);
  if (gate !== undefined) starting.onContainer(gate);
  return tell(context, container, answer, gate);
}

/** Tells what a process answered, at the address that people use. */
function tell(
  { emit }: StackContext,
  container: AppliedContainer,
  answer: FirstAnswer,
  published: Pick<AppliedContainer, 'ports'> | undefined,
): StartedProcess {
  const { role, host } = container;
  const [port] = Object.values(published?.ports ?? {});
  if (answer.type === 'running' || port === undefined) {
    emit({ type: 'process-running', role });
    return { container, url: undefined, status: undefined, healthy: true };
  }
  const url = `http://${shownHost(host)}:${port}/`;
  const healthy = answer.type === 'healthy';
  const status = answer.type === 'silent' ? undefined : answer.response.status;
  emit({ type: 'process-answered', role, url, status, healthy, ms: answer.ms });
  return { container, url, status, healthy };
}

function prepareProcess(
  { engine, signal }: StackContext,
  { stack, image, isLive }: ProcessSources,
  process: ProcessDefinition,
): Prepare {
  return async (id) => {
    if (!isLive) return;
    const { seedReload } = await import('../reload/seed-reload.ts');
    const learned = await readRemembered(image);
    await seedReload(engine, id, planReloadOf(stack, process, image), learned, signal);
  };
}

async function removeAll(
  { engine, signal }: StackContext,
  containers: readonly ContainerSummary[],
): Promise<void> {
  await Promise.all(containers.map(({ id }) => engine.removeContainer(id, signal)));
}

/**
 * Like `Promise.all`, but it settles only when all have: what a failure leaves behind is then
 * known, and nothing is made after it.
 */
async function everyOrFirstFailure<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}
