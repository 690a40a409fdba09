import type { DjangoRunner } from '../../django/django-runner.ts';
import { readManageCommand } from '../../django/manage-command.ts';
import type { EnvironmentValues } from '../../engine/engine.ts';
import type { RehearsalRun } from '../run.ts';

/** How the new release's migrations went on a copy of the database. */
export interface CloneMigration {
  readonly exitCode: number;
  /** A lock was not granted within `lock_timeout`. */
  readonly gaveUp: boolean;
  readonly tail: readonly string[];
}

/** Commands of a release that migrate; others need not be repeated on a copy. */
export function migratingCommands(
  release: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  return release.filter((command) => command.some((word) => /\bmigrate\b/u.test(word)));
}

/** Runs the migrating commands of the new release on the database that the environment names. */
export async function migrateClone(
  { context, project }: RehearsalRun,
  runner: DjangoRunner,
  environment: EnvironmentValues,
  signal: AbortSignal = context.signal,
): Promise<CloneMigration> {
  let tail: readonly string[] = [];
  for (const command of migratingCommands(project.rehearse.release)) {
    const manage = readManageCommand(command);
    const { exitCode, output } = manage
      ? await runManage(runner, { ...manage, environment }, signal)
      : await runProgram(context.engine, runner.containerId, { command, environment }, signal);
    tail = output;
    if (exitCode !== 0) {
      const gaveUp = output.some((line) => /due to lock timeout|LockNotAvailable/u.test(line));
      return { exitCode, gaveUp, tail };
    }
  }
  return { exitCode: 0, gaveUp: false, tail };
}

interface Ended {
  readonly exitCode: number;
  readonly output: readonly string[];
}

async function runManage(
  runner: DjangoRunner,
  call: Parameters<DjangoRunner['run']>[0],
  signal: AbortSignal,
): Promise<Ended> {
  const { exitCode, tail } = await runner.run(call, signal);
  return { exitCode, output: tail };
}

async function runProgram(
  engine: RehearsalRun['context']['engine'],
  containerId: string,
  request: { readonly command: readonly string[]; readonly environment: EnvironmentValues },
  signal: AbortSignal,
): Promise<Ended> {
  const { exitCode, stdout, stderr } = await engine.execToEnd(containerId, request, signal);
  return { exitCode, output: `${stdout}\n${stderr}`.trimEnd().split('\n').slice(-60) };
}
