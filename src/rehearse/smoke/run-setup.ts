import type { RehearseDefinition } from '../../project/project.ts';
import { setupFailed, smokeNotMeasured } from '../checks/smoke.ts';
import { reportFindings } from '../report-findings.ts';
import type { SmokeContext, SmokeTarget } from './smoke-target.ts';

/**
 * Runs the commands of `rehearse.setup` in the container that serves, up to the first that fails.
 * Answers whether the smoke tests can be sent.
 */
export async function runSetup(
  context: SmokeContext,
  { inside }: SmokeTarget,
  commands: NonNullable<RehearseDefinition['setup']>,
): Promise<boolean> {
  if (commands.length === 0) return true;
  if ('reason' in inside) {
    const what = 'The commands of rehearse.setup were not run';
    const hint = 'They run in a rehearsal and in djdev up. What they prepare may be there already.';
    const finding = { what, reason: inside.reason, hint, location: undefined };
    reportFindings(context, [smokeNotMeasured(finding)]);
    return true;
  }
  for (const command of commands) {
    const text = command.join(' ');
    context.emit({ type: 'step-progressed', step: 'smoke', text });
    const { exitCode, stdout, stderr } = await inside.engine.execToEnd(
      inside.containerId,
      { command },
      context.signal,
    );
    const lines = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
    for (const line of lines) {
      context.emit({ type: 'line-logged', step: 'smoke', source: text, line });
    }
    if (exitCode !== 0) {
      reportFindings(context, [setupFailed(command, exitCode, lines)]);
      return false;
    }
  }
  return true;
}
