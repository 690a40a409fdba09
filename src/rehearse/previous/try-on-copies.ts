import { copyDatabase } from '../../database/copy-database.ts';
import type { DjangoRunner } from '../../django/django-runner.ts';
import { findManagePath } from '../../django/manage-command.ts';
import type { EnvironmentValues } from '../../engine/engine.ts';
import { type DeployAdvice, decideDeployOrder } from '../../migrations/deploy-order.ts';
import type {
  MigrationReport,
  OldReleaseReport,
  SweepCell,
} from '../../report/migration-report.ts';
import type { Crossing } from '../../report/rollout-report.ts';
import { checkDeployOrder } from '../checks/deploy-order.ts';
import { checkLongReader } from '../checks/long-reader.ts';
import { migrationRaces } from '../checks/old-release.ts';
import { checkOldImage, checkReversed } from '../checks/rollback.ts';
import type { RehearsalPlan } from '../plan.ts';
import { reportFindings } from '../report-findings.ts';
import { trySkew } from '../rollout/try-skew.ts';
import type { RehearsalRun } from '../run.ts';
import type { OpenedPrevious } from '../steps/previous.ts';
import { lockTimeoutOf } from './lock-timeout-of.ts';
import { migrateClone, migratingCommands } from './migrate-clone.ts';
import { type CellName, sweepCell } from './sweep-cell.ts';
import { type LongReader, tryLongReader } from './try-long-reader.ts';
import { tryOldImage, tryReverse } from './try-rollback.ts';

type AppliedMigration = Pick<MigrationReport, 'app' | 'name'>;

/** Old and new release, and where their copies of the database are. */
export interface TrialSubject {
  readonly previous: OpenedPrevious;
  /** Of the new release. */
  readonly runner: DjangoRunner;
  /** The application's environment with another database. */
  readonly environmentOn: (database: string) => EnvironmentValues;
}

/** What was tried on copies of the database. */
export interface Trials extends Pick<OldReleaseReport, 'cells' | 'longReader' | 'rollback'> {
  readonly advice?: DeployAdvice;
  /** What is carried from one release to the other, on the new schema. */
  readonly crossings?: readonly Crossing[];
}

/** Whether migrations that failed get through where nobody writes. */
export async function tryAlone(
  run: RehearsalRun,
  { previous, runner, environmentOn }: TrialSubject,
): Promise<Trials> {
  const { context } = run;
  progress(run, 'the migrations by themselves');
  const copy = await copyDatabase(previous.before, 'migrated', context.signal);
  const limit = AbortSignal.timeout(aloneTimeoutMs);
  const signal = AbortSignal.any([context.signal, limit]);
  const alone = await migrateClone(run, runner, environmentOn(copy.database), signal).catch(
    (error: unknown) => {
      if (limit.aborted && !context.signal.aborted) return undefined;
      throw error;
    },
  );
  if (alone?.exitCode === 0) {
    reportFindings(context, [migrationRaces(previous.image.label)]);
  }
  return { cells: [] };
}

/** Migrations that hang with traffic may hang without. */
const aloneTimeoutMs = 60_000;

/** Nothing of this touches the database in which the new release starts meanwhile. */
export async function tryOnCopies(
  run: RehearsalRun,
  plan: RehearsalPlan,
  {
    previous,
    runner,
    environmentOn,
    applied,
    migrations,
  }: TrialSubject & {
    readonly applied: readonly AppliedMigration[];
    readonly migrations: readonly MigrationReport[];
  },
): Promise<Trials> {
  const { context, project } = run;
  const { before } = previous;
  const after = await copyDatabase(before, 'migrated', context.signal);
  const newSchema = environmentOn(after.database);
  progress(run, 'a long reader');
  const longReader = await migrateBehindReader(run, { runner, newSchema, after, migrations });
  progress(run, 'old and new code on both schemas');
  const manage = findManagePath(project.rehearse.release);
  const sweep = (name: CellName): Promise<SweepCell> =>
    sweepCell(
      name.code === 'old' ? previous.runner : runner,
      name,
      { manage, environment: name.schema === 'old' ? environmentOn(before.database) : newSchema },
      context.signal,
    );
  const cells = await Promise.all(cellNames.map(sweep));
  const changes = migrations.flatMap(({ schemaChanges }) => schemaChanges);
  const advice = decideDeployOrder({ cells, changes });
  if (advice) reportFindings(context, [checkDeployOrder(advice)]);
  progress(run, 'what one release carries to the other');
  const crossings = await trySkew(run, {
    old: previous.runner,
    new: runner,
    onCopy: newSchema,
  });
  progress(run, `back to ${previous.image.label}`);
  const oldImage = await tryOldImage(run, plan, previous, newSchema);
  const reversed = await tryReverse(run, runner, newSchema, applied);
  reportFindings(context, [
    ...checkOldImage(previous.image.label, oldImage),
    ...checkReversed(reversed),
  ]);
  const isBack = oldImage.failure === undefined && oldImage.failed.length === 0;
  return {
    cells,
    crossings,
    ...(advice === undefined ? {} : { advice }),
    ...(longReader === undefined ? {} : { longReader }),
    rollback: {
      oldImage: isBack ? 'ok' : 'failed',
      reversed: reversed.filter(({ type }) => type === 'reversed').map(nameOf),
      irreversible: reversed.filter(({ type }) => type === 'irreversible').map(nameOf),
      failed: reversed.flatMap((one) =>
        one.type === 'reverse-failed' ? [{ migration: nameOf(one), error: one.error }] : [],
      ),
    },
  };
}

const cellNames: readonly CellName[] = [
  { code: 'old', schema: 'old' },
  { code: 'old', schema: 'new' },
  { code: 'new', schema: 'old' },
  { code: 'new', schema: 'new' },
];

/** Leaves the copy migrated; `undefined` when no migration had to wait for anybody. */
async function migrateBehindReader(
  run: RehearsalRun,
  {
    runner,
    newSchema,
    after,
    migrations,
  }: {
    readonly runner: DjangoRunner;
    readonly newSchema: EnvironmentValues;
    readonly after: OpenedPrevious['before'];
    readonly migrations: readonly MigrationReport[];
  },
): Promise<LongReader | undefined> {
  const migrate = () => migrateClone(run, runner, newSchema);
  const trial = await tryLongReader(run.context, after, migrate);
  if (trial.migration.exitCode !== 0) await migrate();
  const observed = lockTimeoutOf(migrations);
  const { outcome, worstStallMs } = trial.longReader;
  const lockTimeoutMs = observed ?? (outcome === 'gave-up' ? worstStallMs : 0);
  const longReader = { ...trial.longReader, lockTimeoutMs };
  const [command = []] = migratingCommands(run.project.rehearse.release);
  const evidence = { longReader, table: trial.table, lockBudgetMs: lockBudgetOf(run) };
  reportFindings(run.context, checkLongReader({ ...evidence, command: command.join(' ') }));
  return longReader;
}

function nameOf({ app, name }: { readonly app: string; readonly name: string }): string {
  return `${app}.${name}`;
}

function progress({ context }: RehearsalRun, text: string): void {
  context.emit({ type: 'step-progressed', step: 'rollout', text });
}

/** `rehearse.budgets.lock`. */
export function lockBudgetOf({ project }: RehearsalRun): number | undefined {
  return project.rehearse.budgets.lockMs;
}
