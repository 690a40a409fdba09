import type { DjangoRunner } from '../../django/django-runner.ts';
import { readManageCommand } from '../../django/manage-command.ts';
import { releaseNotRepeatable } from '../checks/release-repeated.ts';
import { reportFindings } from '../report-findings.ts';
import type { RehearsalRun } from '../run.ts';

/** The release commands once more, as the next deploy runs them. Answers whether all went well. */
export async function repeatRelease(
  run: RehearsalRun,
  runner: DjangoRunner,
  commands: readonly (readonly string[])[],
): Promise<boolean> {
  for (const command of commands) {
    const { exitCode, tail } = await repeat(run, runner, command);
    if (exitCode !== 0) {
      reportFindings(run.context, [releaseNotRepeatable(command, exitCode, tail)]);
      return false;
    }
  }
  return true;
}

async function repeat(
  { context: { engine, signal } }: RehearsalRun,
  runner: DjangoRunner,
  command: readonly string[],
): Promise<{ readonly exitCode: number; readonly tail: readonly string[] }> {
  const manage = readManageCommand(command);
  if (manage) return await runner.run(manage, signal);
  const result = await engine.execToEnd(runner.containerId, { command }, signal);
  const tail = `${result.stdout}\n${result.stderr}`.split('\n').filter((line) => line !== '');
  return { exitCode: result.exitCode, tail: tail.slice(-40) };
}
