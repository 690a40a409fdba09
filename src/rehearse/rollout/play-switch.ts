import { DjdevError } from '../../errors/djdev-error.ts';
import type { DjangoRunner } from '../../django/django-runner.ts';
import type { AssetCrossing, Crossing } from '../../report/rollout-report.ts';
import type { Finding } from '../../report/finding.ts';
import type { Application } from '../application.ts';
import type { RehearsalPlan } from '../plan.ts';
import type { EndpointTraffic } from '../previous/traffic.ts';
import type { RehearsalRun } from '../run.ts';
import type { OpenedPrevious } from '../steps/previous.ts';
import { stopSignalOf, targetOf } from '../target/target-of.ts';
import { crossAssets } from './cross-assets.ts';
import { passGate } from './pass-gate.ts';
import { tryCachedValues } from './try-skew.ts';

/** How the new release took over. */
export interface PlayedSwitch {
  readonly endpoints: readonly EndpointTraffic[];
  /** Epoch milliseconds. */
  readonly endedAtMs: number;
  readonly assets: readonly AssetCrossing[];
  /** Values that the old release left in shared caches. */
  readonly cached: readonly Crossing[];
  /** The platform's probe kept the new release from taking over. */
  readonly gate: Finding | undefined;
  /** What the old release was told to end with. */
  readonly stopSignal: string;
}

interface Releases {
  readonly previous: OpenedPrevious;
  readonly application: Application | undefined;
  /** Of the new release. */
  readonly runner: DjangoRunner;
}

/** How long the new release is visited alone: every endpoint has answered more than once by then. */
const afterwards = { times: 2, minimumMs: 400, patienceMs: 10_000 } as const;
/** What is under way at the end has this long. */
const lastAnswersMs = 2000;
/** Longer than this no proxy of ours waits: what is still under way then is cut off by the stop. */
const mostDrainMs = 10_000;

/**
 * Leads the users of the old release to the new one, waits until the old one has answered, and
 * tells it to end as the platform does. Without a new release that is healthy nothing of this
 * happens: a platform would keep the old one. The traffic has ended when this resolves.
 */
export async function playSwitch(
  run: RehearsalRun,
  plan: RehearsalPlan,
  { previous, application, runner }: Releases,
): Promise<PlayedSwitch> {
  const { context } = run;
  const { clock } = context;
  const { traffic, proxy, phases, serving, image } = previous;
  const target = targetOf(run.project);
  const stopSignal = stopSignalOf(target, image.facts.stopSignal);
  const end = async (
    seen: Pick<PlayedSwitch, 'assets' | 'cached' | 'gate'>,
    patienceMs = 0,
  ): Promise<PlayedSwitch> => {
    const endpoints = await traffic.stop(patienceMs);
    return { endpoints, endedAtMs: clock.now(), ...seen, stopSignal };
  };
  // A health URL that is unknown to the release is none for a platform either.
  if (application?.health === undefined)
    return await end({ assets: [], cached: [], gate: undefined });
  const gate = await passGate(run, plan, application);
  if (gate !== undefined) return await end({ assets: [], cached: [], gate });
  progress(run, 'files of each release, asked from the other');
  const [assets, cached] = await Promise.all([
    crossAssets(run, plan, {
      old: serving.address,
      new: application.address,
      pages: previous.healthy,
    }),
    // Before the new release writes values of its own over them.
    tryCachedValues(run, { old: previous.runner, new: runner }),
  ]);
  progress(run, 'the new release takes over');
  const switchedMs = clock.now();
  phases.enter('switch');
  proxy.switchTo('new', application.address);
  // Without a word about the platform, one that lets the old release finish first.
  const drainMs = target.name === 'docker' ? plan.shutdown.graceMs : target.drainMs;
  await proxy.drained('old', Math.min(drainMs, mostDrainMs), clock);
  progress(run, `${stopSignal} to ${image.label}`);
  phases.enter('stop');
  await endOldRelease(run, plan, previous, stopSignal);
  phases.enter('after');
  const { times, minimumMs, patienceMs } = afterwards;
  const fromMs = switchedMs;
  await traffic.answered({ times, minimumMs, patienceMs }, { release: 'new', fromMs });
  return await end({ assets, cached, gate }, lastAnswersMs);
}

/** The signal, and what it takes to end; SIGKILL when the grace is over. */
async function endOldRelease(
  { context }: RehearsalRun,
  plan: RehearsalPlan,
  { serving: { container } }: OpenedPrevious,
  stopSignal: string,
): Promise<void> {
  const { engine, clock, signal } = context;
  const over = new AbortController();
  const grace = clock.sleep(plan.shutdown.graceMs, AbortSignal.any([signal, over.signal]));
  try {
    await engine.killContainer(container.id, stopSignal, signal);
    await Promise.race([container.exited, grace]);
  } catch (error) {
    signal.throwIfAborted();
    // It had ended before: the requests say what that cost.
    if (!(error instanceof DjdevError) || error.code !== 'DJ-CONTAINER-LOST') throw error;
  } finally {
    grace.catch(() => undefined);
    over.abort();
  }
}

function progress({ context }: RehearsalRun, text: string): void {
  context.emit({ type: 'step-progressed', step: 'rollout', text });
}
