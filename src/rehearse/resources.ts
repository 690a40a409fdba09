import type { Scope } from '../context/scope.ts';
import { type DjangoRunner, startDjangoRunner } from '../django/django-runner.ts';
import type { RunningContainer } from '../engine/engine.ts';
import type { StepId } from '../report/step.ts';
import { describeServiceContainer } from '../stack/plan-service.ts';
import { waitUntilReady } from '../stack/wait-for-service.ts';
import { imageWithoutPython } from './checks/image-python.ts';
import { type PlannedService, runnerRole } from './open-run.ts';
import { reportFindings } from './report-findings.ts';
import type { RehearsalRun, StepResult } from './run.ts';
import type { ScheduledStep } from './schedule/schedule.ts';
import type { BuiltImage } from './steps/build.ts';

/** The run with another scope: what it makes then ends with that scope. */
export function within(run: RehearsalRun, scope: Scope): RehearsalRun {
  return { ...run, context: { ...run.context, scope } };
}

/**
 * Work that steps share and that starts before they do. A failure is met by the steps that await
 * it; when none does, nobody needs it.
 */
export function startEarly<T>(work: () => Promise<T>): Promise<T> {
  const result = work();
  result.catch(() => undefined);
  return result;
}

/** Early work of a run, with the means to end what turned out not to be needed. */
export interface EarlyWork {
  /** The run with a signal that also ends with the steps. */
  readonly run: RehearsalRun;
  /**
   * To be called when every step has ended: waits until none of the work can make anything any
   * more, so that closing the scopes finds it all.
   */
  readonly end: (work: readonly Promise<unknown>[]) => Promise<void>;
}

/** Begins work that may still be under way when a step fails at once. */
export function beginEarlyWork(run: RehearsalRun): EarlyWork {
  const over = new AbortController();
  const signal = AbortSignal.any([run.context.signal, over.signal]);
  return {
    run: { ...run, context: { ...run.context, signal } },
    async end(work) {
      over.abort(new Error('The steps have ended.'));
      await Promise.allSettled(work);
    },
  };
}

/** The run's own network. A kept run keeps it. */
export async function openNetwork({ context, network, ownership, keep }: RehearsalRun) {
  const { engine, scope, signal } = context;
  const id = await engine.createNetwork(network, ownership('network'), signal);
  if (!keep) scope.defer(() => engine.removeNetwork(id, AbortSignal.timeout(cleanUpTimeoutMs)));
}

/** Clean-up has a deadline of its own: the run's signal may have aborted. */
export const cleanUpTimeoutMs = 15_000;

/** A service that can be taken away for a while. */
export interface StartedService {
  readonly name: string;
  /** Ends it as a failing machine does, and returns once it is gone. */
  readonly lose: () => Promise<void>;
  /** Starts it anew, at the same name and without what it held; returns when it is ready. */
  readonly bringBack: () => Promise<void>;
}

/**
 * Starts the services beside Postgres, all at once, with no data but what their images bring, and
 * returns when all of them are ready. Throws `DJ-SERVICE-START` with the last lines of one that
 * is not.
 */
export async function startServices(
  run: RehearsalRun,
  services: readonly PlannedService[],
): Promise<readonly StartedService[]> {
  return await Promise.all(
    services.map(async (plan) => {
      let container = await startService(run, plan);
      return {
        name: plan.service.name,
        lose: async () => await container[Symbol.asyncDispose](),
        bringBack: async () => {
          container = await startService(run, plan);
        },
      };
    }),
  );
}

/** Lines of a service's output that an error shows. */
const shownLines = 20;

async function startService(run: RehearsalRun, plan: PlannedService): Promise<RunningContainer> {
  const { engine, scope, signal, emit } = run.context;
  const { name, image } = plan.service;
  const onLine = (line: string): void =>
    emit({ type: 'line-logged', step: 'boot', source: name, line });
  if ((await engine.inspectImage(image, signal)) === undefined) {
    await engine.pullImage(image, onLine, signal);
  }
  const spec = describeServiceContainer(plan, {
    network: run.network,
    name: run.nameFor(name),
    ownership: run.ownership(name),
    environment: plan.environment,
  });
  const container = scope.use(await engine.runContainer(spec, signal));
  const lines: string[] = [];
  const followed = keepLastLines(container, lines);
  followed.catch(() => undefined);
  const { host, publishedPorts: ports } = container.facts;
  await waitUntilReady(run.context, plan.service, {
    id: container.id,
    host,
    ports,
    exited: container.exited,
    lastLines: async () => {
      // The container is removed when it has ended, so its output has to be at its end as well.
      await Promise.race([followed.catch(() => undefined), run.context.clock.sleep(1000, signal)]);
      return lines;
    },
    hint: `djdev up starts it the same way, and djdev logs ${name} then tells the rest.`,
  });
  return container;
}

async function keepLastLines({ output }: RunningContainer, lines: string[]): Promise<void> {
  for await (const { text } of output) {
    lines.push(text);
    if (lines.length > shownLines) lines.shift();
  }
}

/** The warm Python of the built image; `undefined` without a built image or without Python. */
export async function startRunner(
  run: RehearsalRun,
  build: ScheduledStep<BuiltImage>,
  network: Promise<void>,
): Promise<DjangoRunner | undefined> {
  const [{ value: image }] = await Promise.all([build.settled, network]);
  if (image === undefined) return undefined;
  return startDjangoRunner(run.context, {
    image: image.facts.id,
    environment: run.environment,
    network: run.network,
    containerName: run.nameFor(runnerRole),
    ownership: run.ownership(runnerRole),
  });
}

/** Does a step's work with the runner, or says that the image has no Python. */
export async function withRunner<T>(
  run: RehearsalRun,
  step: StepId,
  starting: Promise<DjangoRunner | undefined>,
  work: (runner: DjangoRunner) => Promise<StepResult<T>>,
): Promise<StepResult<T>> {
  const runner = await starting;
  if (runner) return work(runner);
  reportFindings(run.context, [imageWithoutPython(step)]);
  return { summary: 'no Python in the image', value: undefined };
}
