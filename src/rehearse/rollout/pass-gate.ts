import type { Finding } from '../../report/finding.ts';
import type { Application } from '../application.ts';
import { checkPlatformProbe } from '../checks/platform-probe.ts';
import type { RehearsalPlan } from '../plan.ts';
import type { RehearsalRun } from '../run.ts';
import { targetOf } from '../target/target-of.ts';
import { createAsk } from '../wire/ask.ts';
import { probePlatform } from '../wire/probe-platform.ts';

/** A release that has just become healthy may still warm up. */
const tries = 3;
const pauseMs = 300;

/**
 * Asks the new release as the platform's own probe does. `undefined` when the platform would let it
 * serve, and where that is not known: no file names a platform, or it only opens a connection.
 */
export async function passGate(
  { project, context }: RehearsalRun,
  plan: RehearsalPlan,
  { address, container, health }: Application,
): Promise<Finding | undefined> {
  const target = targetOf(project);
  if (target.name === 'docker' || target.probe.kind !== 'http' || health === undefined) {
    return undefined;
  }
  const ask = createAsk(address, plan.boot.host, context.signal);
  const { host } = plan.boot;
  const probed = {
    id: container.id,
    port: plan.boot.port ?? address.port,
    host,
    healthPath: health.path,
  };
  for (let count = 1; ; count += 1) {
    const answer = await probePlatform(ask, target, probed);
    const [refused] = checkPlatformProbe(answer, target);
    // What is only known from a platform's documentation warns, and keeps nobody from serving.
    if (refused?.level !== 'fail') return undefined;
    if (count === tries) return { ...refused, step: 'rollout' };
    await context.clock.sleep(pauseMs, context.signal);
  }
}
