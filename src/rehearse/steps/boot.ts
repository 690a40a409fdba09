import type { Context } from '../../context/context.ts';
import { countFiles } from '../../django/count-files.ts';
import type { ContainerSpec, RunningContainer } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import {
  applicationPort,
  describeApplicationContainer,
} from '../../stack/application-container.ts';
import { type Application, proxyHeaders } from '../application.ts';
import { ApplicationLog } from '../application-log.ts';
import { bootCrashed, bootTimeout, checkBootBudget, commandNotFound } from '../checks/boot.ts';
import { healthUnhealthy, isUnknownPage } from '../checks/health.ts';
import { checkStaticServed } from '../checks/static-served.ts';
import { formatEvidence } from '../checks/request-evidence.ts';
import { healthPaths } from '../health/health-paths.ts';
import {
  type HealthOutcome,
  type HealthQuestion,
  waitForHealth,
} from '../health/wait-for-health.ts';
import { inspectSockets, watchSockets } from '../health/watch-sockets.ts';
import { type RehearsalPlan, webProcess } from '../plan.ts';
import { readProcessTree } from '../process-tree.ts';
import { reportFindings } from '../report-findings.ts';
import type { RehearsalRun, StepResult } from '../run.ts';
import { stopSignalOf, targetOf } from '../target/target-of.ts';
import type { BuiltImage } from './build.ts';
import type { StaticResult, StaticSeed } from './static.ts';

/** What `boot` starts from. */
export interface BootRequest {
  readonly image: BuiltImage;
  /** Absent when the static step was left out. */
  readonly static: StaticResult | undefined;
}

/**
 * Starts the production process as production does and waits for its first healthy answer. The
 * container goes with the scope, unless the run is kept.
 */
export async function runBoot(
  run: RehearsalRun,
  plan: RehearsalPlan,
  { image, static: files }: BootRequest,
): Promise<StepResult<Application>> {
  const { context } = run;
  const web = webProcess(run.project);
  const spec = describeApplicationContainer(web, {
    image: image.facts,
    environment: run.environment,
    network: run.network,
    name: run.nameFor(web.name),
    ownership: run.ownership(web.name),
    keep: run.keep,
  });
  const started = await startContainer(run, spec, files?.seed);
  if (started instanceof DjdevError) {
    reportFindings(context, [commandNotFound(started.message)]);
    return { summary: 'the command cannot be executed', value: undefined };
  }
  const { container, startedMs } = started;
  const log = new ApplicationLog(context, container, web.name);
  const port = applicationPort(web, image.facts);
  const boot: Boot = {
    container,
    log,
    port,
    stopSignal: stopSignalOf(targetOf(run.project), image.facts.stopSignal),
    healthcheck: image.facts.healthcheck,
    question: {
      address: { host: container.facts.host, port: container.facts.publishedPorts[port] ?? port },
      paths: healthPaths(plan.boot.health, image.facts),
      isDeclared: plan.boot.health !== undefined,
      headers: proxyHeaders(plan.boot.host),
      exited: container.exited,
      deadlineMs: plan.boot.deadlineMs,
      startedMs,
    },
  };
  const stopWatching = watchSockets(context, boot);
  try {
    const outcome = await waitForHealth(boot.question, context.clock, context.signal);
    const result = await concludeBoot(run, plan, boot, outcome);
    if (result.value && files) await checkStaticFiles(run, files, container.id);
    return result;
  } finally {
    stopWatching();
  }
}

/** A production process that has been started. */
interface Boot {
  readonly container: RunningContainer;
  readonly log: ApplicationLog;
  readonly port: number;
  readonly stopSignal: string;
  readonly healthcheck: readonly string[] | undefined;
  readonly question: HealthQuestion;
}

/** The start is measured from when the container has its files: what comes before is ours. */
async function startContainer(
  { context: { engine, clock, scope, signal } }: RehearsalRun,
  spec: ContainerSpec,
  seed: StaticSeed | undefined,
): Promise<{ container: RunningContainer; startedMs: number } | DjdevError> {
  let startedMs = clock.monotonicMs();
  try {
    const container = await engine.runContainer(spec, signal, async (id) => {
      const archive = await seed?.archive();
      if (seed && archive) await engine.putArchive(id, seed.path, archive, signal);
      startedMs = clock.monotonicMs();
    });
    return { container: scope.use(container), startedMs };
  } catch (error) {
    if (error instanceof DjdevError && error.code === 'DJ-COMMAND-NOT-FOUND') return error;
    throw error;
  }
}

/** What is logged about a request arrives after its answer. */
const lateLinesMs = 300;

async function concludeBoot(
  { context }: RehearsalRun,
  plan: RehearsalPlan,
  boot: Boot,
  outcome: HealthOutcome,
): Promise<StepResult<Application>> {
  const { container, log, port, question } = boot;
  const { isDeclared, address } = question;
  switch (outcome.type) {
    case 'ended': {
      await log.ended;
      reportFindings(context, [bootCrashed(outcome, log.last(50))]);
      return { summary: `ended with exit code ${outcome.exit.exitCode}`, value: undefined };
    }
    case 'silent': {
      const sockets = await inspectSockets(context, container.id);
      const seen = { deadlineMs: plan.boot.deadlineMs, port, sockets };
      reportFindings(context, [bootTimeout(seen, log.last(50))]);
      return { summary: `no answer within ${plan.boot.deadlineMs / 1000} s`, value: undefined };
    }
    case 'unhealthy': {
      const { request, response } = outcome;
      const { path } = request;
      await context.clock.sleep(lateLinesMs, context.signal);
      const answer = {
        path,
        status: response.status,
        location: response.headers['location'],
        host: plan.boot.host,
        isDeclared,
        evidence: formatEvidence({ address, request, response, log: log.last(15) }),
      };
      reportFindings(context, [healthUnhealthy(answer)]);
      const summary = `${path} answers ${response.status}`;
      if (!isUnknownPage(answer)) return { summary, value: undefined };
      return { summary, value: applicationOf(context, boot, undefined) };
    }
    case 'healthy': {
      const ms = Math.round(outcome.ms);
      const { path } = outcome.request;
      reportFindings(context, checkBootBudget(ms, plan.boot.budgetMs));
      context.emit({
        type: 'measurement-taken',
        step: 'boot',
        measurement: { name: 'time to first healthy answer', value: ms, unit: 'ms' },
      });
      return {
        summary: `first healthy answer of ${path} after ${ms} ms`,
        value: applicationOf(context, boot, { path, status: outcome.response.status }),
      };
    }
    default:
      return outcome satisfies never;
  }
}

/** Only where static files may be missing there is something to look for. */
async function checkStaticFiles(
  { context }: RehearsalRun,
  expected: StaticResult,
  containerId: string,
): Promise<void> {
  const { place, root, files } = expected;
  if (root === undefined || files === 0 || (place !== 'nowhere' && place !== 'start')) return;
  const there = await countFiles(context.engine, containerId, root, context.signal);
  if (there !== undefined) reportFindings(context, checkStaticServed(expected, there));
}

function applicationOf(
  context: Context,
  { container, log, stopSignal, healthcheck, question }: Boot,
  health: Application['health'],
): Application {
  const { address } = question;
  const processes = readProcessTree(context, container.id);
  const bootedMs = context.clock.monotonicMs();
  const bootMs = bootedMs - question.startedMs;
  return { container, address, health, healthcheck, log, bootedMs, bootMs, processes, stopSignal };
}
