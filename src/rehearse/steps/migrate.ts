import { readMigrationRows } from '../../database/migration-rows.ts';
import { readProfile } from '../../database/data/read-profile.ts';
import { countProfiledRows } from '../../database/synthetic/profile.ts';
import type { ScratchPostgres } from '../../database/scratch-postgres.ts';
import type { DjangoRunner } from '../../django/django-runner.ts';
import type { AppliedStep, MigratePlan } from '../../django/run-migrate.ts';
import {
  type MigrationObservation,
  observeMigrations,
} from '../../migrations/observe-migrations.ts';
import { readDjangoVersion } from '../../migrations/read-django-version.ts';
import { createLocatePath, type LocatePath } from '../checks/deploy-check-location.ts';
import { checkDatabaseNamed, checkDatabaseUsed } from '../checks/migration-database.ts';
import { countMigrations, summariseMigrations } from '../checks/migration-times.ts';
import { canCollectBeside, isCollectstatic } from '../checks/static-place.ts';
import { checkMigrationVerdicts } from '../checks/migration-verdict.ts';
import { reportFindings } from '../report-findings.ts';
import type { RehearsalRun, StepResult } from '../run.ts';
import { type ReleaseOutcome, runReleaseCommand } from './release-command.ts';

/** What the release commands did to the database. */
export interface MigrateResult {
  readonly applied: readonly AppliedStep[];
  /** All release commands together. */
  readonly ms: number;
}

/**
 * Runs the release commands in order, each migration timed, and then looks with djdev's own
 * session whether the tables are in the rehearsal's own Postgres. `collectstatic` is left to the
 * static step, which runs beside this one, unless another command may need what it collects.
 */
export async function runMigrate(
  run: RehearsalRun,
  runner: DjangoRunner,
  postgres: ScratchPostgres,
  release: readonly (readonly string[])[],
): Promise<StepResult<MigrateResult>> {
  const { context, project } = run;
  const beside = canCollectBeside(release);
  const commands = release.filter((command) => !(beside && isCollectstatic(command)));
  if (commands.length === 0) return nothingToRun(release);
  const locate = createLocatePath(runner.ready.directory, project);
  await using observation = await observe(run, runner, postgres, locate);
  const startedMs = context.clock.monotonicMs();
  const outcomes: ReleaseOutcome[] = [];
  for (const command of commands) {
    const outcome = await runReleaseCommand({ run, runner, locate, observation }, command);
    if (outcome.findings.length > 0) await tell(run, observation);
    if (reportFindings(context, outcome.findings)) {
      reportFindings(context, checkDatabaseNamed(outcome.plans, postgres.plan.host));
      return { summary: `“${command.join(' ')}” failed`, value: undefined };
    }
    outcomes.push(outcome);
  }
  const ms = Math.round(context.clock.monotonicMs() - startedMs);
  await tell(run, observation);
  const applied = outcomes.flatMap((outcome) => outcome.applied);
  const plans = outcomes.flatMap((outcome) => outcome.plans);
  const bad = await checkDatabase(run, postgres, commands, { plans, applied });
  if (bad) return { summary: 'the rehearsal’s Postgres was not used', value: undefined };
  if (plans.length > 0) reportFindings(context, [summariseMigrations(applied, ms)]);
  return { summary: describe(applied, commands), value: { applied, ms } };
}

/** Begins to look on. What the tables hold decides whether milliseconds count. */
async function observe(
  { context, project }: RehearsalRun,
  runner: DjangoRunner,
  { address, plan, data }: ScratchPostgres,
  locate: LocatePath,
): Promise<MigrationObservation> {
  const { budgets, data: declared } = project.rehearse;
  const profile = declared?.profile === undefined ? undefined : await readProfile(declared.profile);
  return await observeMigrations(context, { address, host: plan.host }, ({ tables }) => ({
    data: data ? 'restored' : tables.length > 0 ? 'synthetic' : 'empty',
    django: readDjangoVersion(runner.ready.django ?? ''),
    budgetMs: budgets.lockMs ?? usualLockBudgetMs,
    ...(profile && { productionRows: countProfiledRows(profile) }),
    locate,
  }));
}

/** What users put up with, unless `rehearse.budgets.lock` says otherwise. */
const usualLockBudgetMs = 500;

/** Ends the observation: what it saw, and what that means. */
async function tell(
  { context, project }: RehearsalRun,
  observation: MigrationObservation,
): Promise<void> {
  const migrations = await observation.finish();
  context.emit({ type: 'migrations-observed', migrations });
  const tellsLocks = project.rehearse.previous === undefined;
  reportFindings(context, checkMigrationVerdicts(migrations, { tellsLocks }));
}

function nothingToRun(release: readonly (readonly string[])[]): StepResult<MigrateResult> {
  const why = release.length === 0 ? 'no release command' : 'no release command but collectstatic';
  return {
    summary: `${why}: the application is started on an empty database`,
    value: { applied: [], ms: 0 },
  };
}

/** Whether the tables are missing. Without a command that migrates there is nothing to expect. */
async function checkDatabase(
  { context }: RehearsalRun,
  { address, plan }: ScratchPostgres,
  commands: readonly (readonly string[])[],
  claim: { readonly plans: readonly MigratePlan[]; readonly applied: readonly AppliedStep[] },
): Promise<boolean> {
  const migrates = commands.some((command) => command.some((word) => /\bmigrate\b/u.test(word)));
  if (!migrates && claim.plans.length === 0) return false;
  const rows = await readMigrationRows(address, context.signal);
  return reportFindings(context, checkDatabaseUsed(claim, rows, plan.host));
}

function describe(
  applied: readonly AppliedStep[],
  commands: readonly (readonly string[])[],
): string {
  const others = commands.length > 1 ? `, ${commands.length} release commands` : '';
  return `${countMigrations(applied.length)}${others}`;
}
