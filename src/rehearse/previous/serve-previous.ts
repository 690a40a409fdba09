import type { EnvironmentValues, RunningContainer } from '../../engine/engine.ts';
import { applicationPort } from '../../stack/application-container.ts';
import { proxyHeaders } from '../application.ts';
import { healthPaths } from '../health/health-paths.ts';
import { waitForHealth } from '../health/wait-for-health.ts';
import type { HttpAddress } from '../http/send-request.ts';
import { type RehearsalPlan, webProcess } from '../plan.ts';
import type { RehearsalRun } from '../run.ts';
import { runReleaseContainer } from '../run-release-container.ts';
import { PreviousLog } from './exception-log.ts';
import type { PreviousImage } from './find-previous-image.ts';
import type { CollectedFiles } from './migrate-previous.ts';

/** What one start of the old release needs. */
export interface PreviousStart {
  /** Of the container; two of them never run under one role. */
  readonly role: string;
  readonly image: PreviousImage;
  readonly environment: EnvironmentValues;
  readonly files: CollectedFiles | undefined;
}

/** The old release, answering. */
export interface ServingPrevious {
  readonly container: RunningContainer;
  readonly address: HttpAddress;
  readonly log: PreviousLog;
}

/**
 * Starts the old release as production does and waits for its first healthy answer; what went
 * wrong, as a sentence with the last lines of its log, when there is none.
 */
export async function servePrevious(
  run: RehearsalRun,
  plan: RehearsalPlan,
  { role, image, environment, files }: PreviousStart,
): Promise<ServingPrevious | { readonly failure: string; readonly log: readonly string[] }> {
  const { signal, clock, emit } = run.context;
  const web = webProcess(run.project);
  const container = await runReleaseContainer(run, {
    role,
    process: web,
    image: image.facts,
    environment,
    seeds: files ? [files] : [],
  });
  const log = new PreviousLog(container, clock, (line) =>
    emit({ type: 'line-logged', step: 'previous', source: role, line }),
  );
  const port = applicationPort(web, image.facts);
  const address = {
    host: container.facts.host,
    port: container.facts.publishedPorts[port] ?? port,
  };
  const outcome = await waitForHealth(
    {
      address,
      paths: healthPaths(plan.boot.health, image.facts),
      isDeclared: plan.boot.health !== undefined,
      headers: proxyHeaders(plan.boot.host),
      exited: container.exited,
      deadlineMs: plan.boot.deadlineMs,
      startedMs: clock.monotonicMs(),
    },
    clock,
    signal,
  );
  switch (outcome.type) {
    case 'healthy':
      return { container, address, log };
    case 'ended':
      await log.ended;
      return { failure: `ended with exit code ${outcome.exit.exitCode}`, log: log.last(20) };
    case 'silent':
      return {
        failure: `did not answer within ${plan.boot.deadlineMs / 1000} s`,
        log: log.last(20),
      };
    case 'unhealthy':
      return {
        failure: `answers ${outcome.request.path} with ${outcome.response.status}`,
        log: log.last(20),
      };
    default:
      return outcome satisfies never;
  }
}
