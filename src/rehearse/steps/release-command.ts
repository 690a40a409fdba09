import { createInterface } from 'node:readline/promises';
import type { DjangoRunner } from '../../django/django-runner.ts';
import { readManageCommand, type ManageCommand } from '../../django/manage-command.ts';
import {
  type AppliedStep,
  type FailedStep,
  type MigrateEvent,
  type MigratePlan,
  runWithMigrateEvents,
} from '../../django/run-migrate.ts';
import type { MigrationObservation } from '../../migrations/observe-migrations.ts';
import type { ExecSession } from '../../engine/engine.ts';
import type { Finding } from '../../report/finding.ts';
import type { LocatePath } from '../checks/deploy-check-location.ts';
import { explainFailedCommand, explainFailedMigration } from '../checks/migration-failure.ts';
import { countMigrations } from '../checks/migration-times.ts';
import type { RehearsalRun } from '../run.ts';

/** What one release command did. Failures are among the findings. */
export interface ReleaseOutcome {
  readonly plans: readonly MigratePlan[];
  readonly applied: readonly AppliedStep[];
  readonly findings: readonly Finding[];
}

interface Surroundings {
  readonly run: RehearsalRun;
  readonly runner: DjangoRunner;
  readonly locate: LocatePath;
  readonly observation: MigrationObservation;
}

const keptLines = 60;

/** Runs manage.py commands in the warm Python, anything else as it is, in the same container. */
export async function runReleaseCommand(
  surroundings: Surroundings,
  command: readonly string[],
): Promise<ReleaseOutcome> {
  const { clock } = surroundings.run.context;
  const manage = readManageCommand(command);
  const startedMs = clock.now();
  const outcome = await (manage
    ? runManageCommand(surroundings, command, manage)
    : runProgram(surroundings, command));
  if (outcome.plans.length === 0) {
    const ms = clock.now() - startedMs;
    await surroundings.observation.addProgram({ command: command.join(' '), startedMs, ms });
  }
  return outcome;
}

async function runManageCommand(
  { run, runner, locate, observation }: Surroundings,
  command: readonly string[],
  { argv, manage }: ManageCommand,
): Promise<ReleaseOutcome> {
  const plans: MigratePlan[] = [];
  const applied: AppliedStep[] = [];
  const failed: FailedStep[] = [];
  const onEvent = (event: MigrateEvent): void => {
    observation.add(event);
    if (event.type === 'plan') plans.push(event);
    else if (event.type === 'migration-applied') applied.push(event);
    else if (event.type === 'migration-failed') failed.push(event);
    const text = describeProgress(event, applied.length, plans);
    if (text) run.context.emit({ type: 'step-progressed', step: 'migrate', text });
  };
  const onLine = ({ text }: { readonly text: string }): void => logLine(run, command, text);
  const call = { argv, manage, onLine, onEvent, observe: observation.options };
  const result = await runWithMigrateEvents(runner, call, run.context.signal);
  if (result.exitCode === 0) return { plans, applied, findings: [] };
  const [migration] = failed;
  const finding = migration
    ? explainFailedMigration(migration, result, locate)
    : explainFailedCommand(command, result, locate);
  return { plans, applied, findings: [finding] };
}

function describeProgress(
  event: MigrateEvent,
  done: number,
  plans: readonly MigratePlan[],
): string | undefined {
  const planned = plans.reduce((sum, { migrations }) => sum + migrations.length, 0);
  if (event.type === 'plan') return `${countMigrations(event.migrations.length)} to apply`;
  if (event.type !== 'migration-started') return undefined;
  return `${done + 1} of ${planned}: ${event.app}.${event.name}`;
}

async function runProgram(
  { run, runner, locate }: Surroundings,
  command: readonly string[],
): Promise<ReleaseOutcome> {
  const { engine, signal } = run.context;
  await using session = await engine.exec(runner.containerId, { command }, signal);
  const tail: string[] = [];
  const [exitCode] = await Promise.all([
    session.exited,
    ...readLines(session, (text) => {
      tail.push(text);
      if (tail.length > keptLines) tail.shift();
      logLine(run, command, text);
    }),
  ]);
  const findings =
    exitCode === 0 ? [] : [explainFailedCommand(command, { exitCode, tail, errors: [] }, locate)];
  return { plans: [], applied: [], findings };
}

function readLines(session: ExecSession, onLine: (text: string) => void): Promise<void>[] {
  return [session.stdout, session.stderr].map(async (input) => {
    for await (const line of createInterface({ input })) onLine(line);
  });
}

function logLine({ context }: RehearsalRun, command: readonly string[], line: string): void {
  context.emit({ type: 'line-logged', step: 'migrate', source: command.join(' '), line });
}
