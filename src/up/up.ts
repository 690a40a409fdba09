import type { ImageFacts } from '../engine/engine.ts';
import type { AppliedContainer } from '../stack/apply-container.ts';
import { serviceVolumes } from '../stack/describe-service.ts';
import { findStack, type FoundProcesses } from '../stack/find-stack.ts';
import type { Stack } from '../stack/open-stack.ts';
import type { StackContext } from '../stack/stack-context.ts';
import { ensureNetwork, startServices, type StartedServices } from '../stack/start-services.ts';
import { buildStackImage } from './build-stack-image.ts';
import { isRemembered } from './find-pending-migrations.ts';
import { followGitBranch } from './follow-git-branch.ts';
import { migrateStack, type MigrateOptions } from './migrate.ts';
import type { UpPlan } from './plan.ts';
import { planProcess } from './plan-process.ts';
import { type StartedProcess, startProcesses } from './start-processes.ts';

/** What an `up` needs beside its plan. */
export interface UpSurroundings {
  readonly context: StackContext;
  readonly stack: Stack;
  readonly plan: UpPlan;
  readonly askToMigrate: MigrateOptions['ask'];
  /** Told of every container as soon as it runs, so that it can be followed and stopped. */
  readonly onContainer: (container: AppliedContainer) => void;
  /** Told of ends of containers that were replaced: nobody has to wait for them but the end of djdev. */
  readonly onRetiring: (end: Promise<void>) => void;
}

/** A stack that runs. */
export interface StartedStack {
  readonly processes: readonly StartedProcess[];
  readonly image: ImageFacts;
}

/**
 * Brings the stack to what the project says, changing as little as that takes: services start
 * while the image builds, then migrations, then all processes at once, then their first answers.
 * What ran before in this way starts beside its services.
 */
export async function up(surroundings: UpSurroundings): Promise<StartedStack> {
  const { context, stack, plan, askToMigrate } = surroundings;
  const { emit, clock } = context;
  const phase = async <T>(name: string, work: Promise<T>): Promise<T> => {
    const startedMs = clock.monotonicMs();
    const result = await work;
    emit({ type: 'phase-ended', phase: name, ms: clock.monotonicMs() - startedMs });
    return result;
  };
  const finding = phase('look', findStack(context.engine, stack.project.id, context.signal));
  const building = phase('build', buildStackImage(context, stack.project, plan.build.when));
  const networking = finding.then((found) => ensureNetwork(context, stack, found));
  const serving = phase('services', serveStack(surroundings, finding, networking));
  const early = startEarly(surroundings, { finding, building, networking });
  const [found, image, services] = await allOrFirstFailure(finding, building, serving).catch(
    async (error: unknown) => {
      // Nothing may be started after a failure has been told.
      await early;
      throw error;
    },
  );
  const { database } = services;
  if (database !== undefined) {
    if (plan.perBranch) await phase('branch', followGitBranch(context, stack, database));
    const asked = { when: plan.migrate, ask: askToMigrate };
    await phase('migrations', migrateStack(context, stack, { image, database }, asked));
  }
  const processes = await phase('processes', finishStart(surroundings, image, early));
  await removeObsolete(context, stack, found);
  return { processes, image };
}

interface Beginnings {
  readonly finding: Promise<FoundProcesses>;
  readonly building: Promise<ImageFacts>;
  readonly networking: Promise<void>;
}

/**
 * Where the same image ran on the same data before, a process needs its services only by the time
 * it has booted. One that ends because it needs them sooner is started again by `finishStart`.
 */
async function startEarly(
  surroundings: UpSurroundings,
  { finding, building, networking }: Beginnings,
): Promise<readonly StartedProcess[] | undefined> {
  const { stack } = surroundings;
  try {
    const [found, image] = await Promise.all([finding, building, networking]);
    const { services } = stack.project;
    const volumes = services.flatMap((service) => serviceVolumes(stack.project, service));
    const isKnown = volumes.every((volume) => found.volumes.includes(volume));
    if (!isKnown || !(await isRemembered(stack, image))) return undefined;
    // What is to replace something that runs is tried once, and its failure told.
    if (replacesAny(surroundings, image, found)) return undefined;
    return await startAll(surroundings, image, found);
  } catch {
    // Whatever it was, it is met again when it is tried in its turn.
    return undefined;
  }
}

async function finishStart(
  surroundings: UpSurroundings,
  image: ImageFacts,
  early: ReturnType<typeof startEarly>,
): Promise<readonly StartedProcess[]> {
  const { context, stack } = surroundings;
  const started = await early;
  if (started?.every(({ healthy }) => healthy)) return started;
  const found = await findStack(context.engine, stack.project.id, context.signal);
  return await startAll(surroundings, image, found);
}

async function startAll(
  { context, stack, plan: { isLive }, onContainer, onRetiring }: UpSurroundings,
  image: ImageFacts,
  found: FoundProcesses,
): Promise<readonly StartedProcess[]> {
  const starting = { stack, image, found, isLive, onContainer, onRetiring };
  return await startProcesses(context, starting);
}

function replacesAny(
  { stack, plan: { isLive } }: UpSurroundings,
  image: ImageFacts,
  found: FoundProcesses,
): boolean {
  return stack.project.processes.some(
    (process) => planProcess({ stack, image, found, isLive }, process).replacement !== undefined,
  );
}

async function serveStack(
  { context, stack, onContainer }: UpSurroundings,
  finding: Promise<FoundProcesses>,
  networking: Promise<void>,
): Promise<StartedServices> {
  const [found] = await Promise.all([finding, networking]);
  const services = await startServices(context, stack, { ...found, hasNetwork: true });
  for (const container of services.containers) onContainer(container);
  return services;
}

/** Containers of processes and services that the manifest does not have any more. */
async function removeObsolete(
  { engine, signal, emit }: StackContext,
  { project }: Stack,
  { containers, gates }: FoundProcesses,
): Promise<void> {
  const wanted = new Set([...project.processes, ...project.services].map(({ name }) => name));
  for (const [role, { id }] of containers) {
    if (wanted.has(role)) continue;
    await engine.removeContainer(id, signal);
    const reason = 'the manifest does not have it any more';
    emit({ type: 'container-changed', role, action: 'removed', reason });
  }
  for (const [process, { id }] of gates) {
    if (!wanted.has(process)) await engine.removeContainer(id, signal);
  }
}

/**
 * Like `Promise.all`, but it settles only when all have: what a failure leaves behind is then
 * known, and nothing is made after it.
 */
async function allOrFirstFailure<A, B, C>(
  a: Promise<A>,
  b: Promise<B>,
  c: Promise<C>,
): Promise<[A, B, C]> {
  await Promise.allSettled([a, b, c]);
  return await Promise.all([a, b, c]);
}
