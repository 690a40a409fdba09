import { type DeployAdvice, deployOrderNames } from '../../migrations/deploy-order.ts';
import type {
  MigrationReport,
  MigrationsReport,
  OldReleaseReport,
} from '../../report/migration-report.ts';
import type { RolloutReport } from '../../report/rollout-report.ts';
import type { Application } from '../application.ts';
import { checkOldRelease } from '../checks/old-release.ts';
import { checkRolloutCost } from '../checks/rollout-cost.ts';
import { checkVersionSkew } from '../checks/version-skew.ts';
import type { RehearsalPlan } from '../plan.ts';
import { ExceptionReader, type LoggedException } from '../previous/exception-log.ts';
import { foldTraffic, type FoldedTraffic } from '../previous/fold-traffic.ts';
import {
  lockBudgetOf,
  type Trials,
  type TrialSubject,
  tryAlone,
  tryOnCopies,
} from '../previous/try-on-copies.ts';
import { reportFindings } from '../report-findings.ts';
import { foldRollout } from '../rollout/fold-rollout.ts';
import { readMachinePressure } from '../rollout/machine-pressure.ts';
import { playSwitch, type PlayedSwitch } from '../rollout/play-switch.ts';
import type { RehearsalRun, StepResult } from '../run.ts';
import type { OpenedPrevious } from './previous.ts';

/** What the step works on. */
export interface RolloutRequest extends TrialSubject {
  /** The new release, healthy; `undefined` when it did not come to that. */
  readonly application: Application | undefined;
  /** The new release's migrations in order; `undefined` when they did not get through. */
  readonly applied: readonly Pick<MigrationReport, 'app' | 'name'>[] | undefined;
  /** What was seen while they ran. */
  readonly observed: MigrationsReport | undefined;
  /** It was not asked for. */
  readonly isUnbooted: boolean;
  /** Plays the deployment while nothing else asks the new release. */
  readonly play: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * Lets the new release take over from the old one under load and says what that cost. Then it
 * tries on copies of the database what a deployment may meet: old and new code on both schemas,
 * what browsers and queues carry from one release to the other, a long reader, the way back.
 */
export async function runRollout(
  run: RehearsalRun,
  plan: RehearsalPlan,
  request: RolloutRequest,
): Promise<StepResult<OldReleaseReport>> {
  const { previous, observed = nothingObserved(run), applied, application } = request;
  const { label, reference } = previous.image;
  const startedMs = run.context.clock.monotonicMs();
  const played = await request.play(() => playSwitch(run, plan, request));
  const pressure = readMachinePressure();
  const traffic = foldOldRelease(previous, played, observed);
  await previous.serving.container[Symbol.asyncDispose]();
  const { migrations } = observed;
  reportFindings(
    run.context,
    checkOldRelease({ label, ...traffic, migrations, lockBudgetMs: lockBudgetOf(run), pressure }),
  );
  const rollout = foldRollout({
    ...played,
    marks: previous.phases.marks,
    unsteady: traffic.unsteady,
    migrations,
    migrationsAtMs: Date.parse(observed.startedAt),
    exceptions: {
      old: previous.serving.log.exceptions,
      new: application === undefined ? [] : readExceptions(application, startedMs),
    },
    rps: previous.traffic.rps,
    worstLagMs: previous.traffic.worstLagMs,
    pressure,
    maxStallMs: run.project.rehearse.rolling?.maxStallMs,
    refusal: describeRefusal(request, played),
    isPlayed: !request.isUnbooted || applied === undefined,
  });
  if (played.gate !== undefined && !asksProbe(plan)) reportFindings(run.context, [played.gate]);
  reportFindings(run.context, checkRolloutCost(rollout, run.project.rehearse.rolling ?? {}));
  run.context.emit({ type: 'rollout-observed', rollout });
  const trials: Trials =
    applied === undefined
      ? await tryAlone(run, request)
      : await tryOnCopies(run, plan, { ...request, applied, migrations });
  const { advice, crossings = [], ...parts } = trials;
  const skew = { crossings: [...crossings, ...played.cached], assets: played.assets };
  reportFindings(run.context, checkVersionSkew(label, skew));
  run.context.emit({ type: 'rollout-observed', rollout: { ...rollout, skew } });
  const report: OldReleaseReport = {
    reference: label,
    image: reference,
    endpoints: traffic.series,
    errors: traffic.errors,
    ...parts,
    ...(advice === undefined ? {} : { deployOrder: advice.order }),
  };
  const migrationsReport = { ...observed, oldRelease: report };
  run.context.emit({ type: 'migrations-observed', migrations: migrationsReport });
  return { summary: summarise(rollout, advice), value: report };
}

/** The http step asks as the platform does as well, and tells of it. */
function asksProbe({ steps }: RehearsalPlan): boolean {
  return steps.some(({ id, leftOut }) => id === 'http' && leftOut === undefined);
}

/** The part of the traffic in which the old release was alone, or had not been told to end. */
function foldOldRelease(
  { baselineUntilMs, serving, phases }: OpenedPrevious,
  { endpoints }: PlayedSwitch,
  { startedAt, migrations }: MigrationsReport,
): FoldedTraffic {
  const untilMs = phases.marks.find(({ name }) => name === 'switch')?.atMs ?? Infinity;
  const own = endpoints.map(({ endpoint, points }) => ({
    endpoint,
    points: points.filter(({ atMs, release }) => release === 'old' && atMs < untilMs),
  }));
  const { exceptions } = serving.log;
  return foldTraffic(
    { endpoints: own, baselineUntilMs, exceptions },
    Date.parse(startedAt),
    migrations,
  );
}

function readExceptions({ log }: Application, sinceMs: number): readonly LoggedException[] {
  const reader = new ExceptionReader();
  for (const { text, atMs } of log.timedSince(sinceMs)) reader.take(text, atMs);
  return reader.exceptions;
}

/** Why a platform would have kept the old release. */
function describeRefusal(
  { applied, application }: RolloutRequest,
  { gate }: PlayedSwitch,
): string | undefined {
  if (applied === undefined) return 'the release commands fail';
  if (application?.health === undefined) return 'the new release does not become healthy';
  return gate?.title.replace(/\.$/u, '');
}

/** The migrate step broke off before it could say anything. */
function nothingObserved({ context }: RehearsalRun): MigrationsReport {
  const startedAt = new Date(context.clock.now()).toISOString();
  return { startedAt, postgres: '', data: 'empty', migrations: [], canaries: [] };
}

function summarise(
  { failed, requests, stalled, outcome, reason }: RolloutReport,
  advice: DeployAdvice | undefined,
): string {
  const cost =
    failed + stalled === 0
      ? `${requests} requests, none failed`
      : `${failed} of ${requests} requests failed, ${stalled} waited`;
  const ways = {
    completed: cost,
    refused: `${cost}; the old release stays`,
    'not-measured': `not measured: ${reason ?? ''}`,
  };
  const way = ways[outcome];
  return advice === undefined ? way : `${way}; ${deployOrderNames[advice.order]}`;
}
