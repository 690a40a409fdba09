import type { ContainerExit, RunningContainer } from '../../engine/engine.ts';
import { applicationPort } from '../../stack/application-container.ts';
import { proxyHeaders } from '../application.ts';
import { ApplicationLog } from '../application-log.ts';
import { healthPaths } from '../health/health-paths.ts';
import { type HealthOutcome, waitForHealth } from '../health/wait-for-health.ts';
import type { RehearsalPlan } from '../plan.ts';
import type { RehearsalRun } from '../run.ts';
import { type ReleaseContainer, runReleaseContainer } from '../run-release-container.ts';
import type { BuiltImage } from '../steps/build.ts';
import type { StaticSeed } from '../steps/static.ts';

/** One more container of the release, beside the one that is rehearsed. */
export interface ReplicaRequest extends Omit<ReleaseContainer, 'image'> {
  readonly image: BuiltImage;
}

export interface Replica extends AsyncDisposable {
  readonly container: RunningContainer;
  readonly log: ApplicationLog;
  /** Its end, without the error of an aborted run. */
  readonly ended: Promise<ContainerExit | undefined>;
}

/** Starts it as production does; it goes when it is disposed, at the latest with the scope. */
export async function startReplica(run: RehearsalRun, request: ReplicaRequest): Promise<Replica> {
  const { context } = run;
  const { role } = request;
  const container = await runReleaseContainer(run, { ...request, image: request.image.facts });
  const log = new ApplicationLog(context, container, role);
  log.step = 'recovery';
  return {
    container,
    log,
    ended: container.exited.catch(() => undefined),
    [Symbol.asyncDispose]: async () => await container[Symbol.asyncDispose](),
  };
}

/** What a static step leaves to be put into every container. */
export function seedsOf(seed: StaticSeed | undefined): ReplicaRequest['seeds'] {
  return seed === undefined ? [] : [seed];
}

/** Waits for the first healthy answer of a replica of the web process. */
export async function waitForReplica(
  { context }: RehearsalRun,
  plan: RehearsalPlan,
  { container }: Replica,
  request: Pick<ReplicaRequest, 'image' | 'process'> & { readonly deadlineMs: number },
): Promise<HealthOutcome> {
  const port = applicationPort(request.process, request.image.facts);
  const { facts } = container;
  return await waitForHealth(
    {
      address: { host: facts.host, port: facts.publishedPorts[port] ?? port },
      paths: healthPaths(plan.boot.health, request.image.facts),
      isDeclared: plan.boot.health !== undefined,
      headers: proxyHeaders(plan.boot.host),
      exited: container.exited,
      deadlineMs: request.deadlineMs,
      startedMs: context.clock.monotonicMs(),
    },
    context.clock,
    context.signal,
  );
}
