import { type DeployAdvice, deployOrderNames } from '../../migrations/deploy-order.ts';
import type {
  MigrationReport,
  MigrationsReport,
  OldReleaseReport,
} from '../../report/migration-report.ts';
import { checkOldRelease } from '../checks/old-release.ts';
import type { RehearsalPlan } from '../plan.ts';
import { foldTraffic, type FoldedTraffic } from '../previous/fold-traffic.ts';
import {
  lockBudgetOf,
  type Trials,
  type TrialSubject,
  tryAlone,
  tryOnCopies,
} from '../previous/try-on-copies.ts';
import { reportFindings } from '../report-findings.ts';
import type { RehearsalRun, StepResult } from '../run.ts';

/** What the step works on. */
export interface RolloutRequest extends TrialSubject {
  /** The new release's migrations in order; `undefined` when they did not get through. */
  readonly applied: readonly Pick<MigrationReport, 'app' | 'name'>[] | undefined;
  /** What was seen while they ran. */
  readonly observed: MigrationsReport | undefined;
}

/**
 * Says what the old release met while the new one migrated, and then tries on copies of the
 * database what a deployment may meet: old and new code on both schemas, a long reader, the way
 * back.
 */
export async function runRollout(
  run: RehearsalRun,
  plan: RehearsalPlan,
  request: RolloutRequest,
): Promise<StepResult<OldReleaseReport>> {
  const { previous, observed = nothingObserved(run), applied } = request;
  const { label, reference } = previous.image;
  const endpoints = await previous.traffic.stop();
  const { baselineUntilMs, serving } = previous;
  const traffic = foldTraffic(
    { endpoints, baselineUntilMs, exceptions: serving.log.exceptions },
    Date.parse(observed.startedAt),
    observed.migrations,
  );
  await serving.container[Symbol.asyncDispose]();
  const { migrations } = observed;
  reportFindings(
    run.context,
    checkOldRelease({ label, ...traffic, migrations, lockBudgetMs: lockBudgetOf(run) }),
  );
  const trials: Trials =
    applied === undefined
      ? await tryAlone(run, request)
      : await tryOnCopies(run, plan, { ...request, applied, migrations });
  const { advice, ...parts } = trials;
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
  return { summary: summarise(traffic, advice), value: report };
}

/** The migrate step broke off before it could say anything. */
function nothingObserved({ context }: RehearsalRun): MigrationsReport {
  const startedAt = new Date(context.clock.now()).toISOString();
  return { startedAt, postgres: '', data: 'empty', migrations: [], canaries: [] };
}

function summarise({ errors, series }: FoldedTraffic, advice: DeployAdvice | undefined): string {
  const requests = series.reduce((sum, one) => sum + one.requests, 0);
  const failed = series.reduce((sum, one) => sum + one.failed, 0);
  const served =
    errors.length === 0
      ? `${requests} requests to the old release, no error`
      : `${failed} of ${requests} requests to the old release failed`;
  return advice === undefined ? served : `${served}; ${deployOrderNames[advice.order]}`;
}
