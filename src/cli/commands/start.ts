import { findStackContainers } from '../../stack/find-stack.ts';
import type { Invocation } from '../command.ts';
import { openStackCommand } from '../stack/open-stack-command.ts';
import { notRunning, pickContainers } from '../stack/pick-containers.ts';
import { reportChanged } from '../stack/report-changed.ts';
import { startContainers } from '../stack/switch-containers.ts';

/** `djdev start`: what was stopped runs again, as it was. */
export async function run(invocation: Invocation): Promise<number> {
  await using command = await openStackCommand(invocation);
  const { engine, project, context } = command;
  const found = await findStackContainers(engine, project.id, context.signal);
  const picked = pickContainers(project, found, invocation.args);
  if (picked.length === 0) throw notRunning(`There is nothing to start: ${project.name}`);
  const stopped = picked.filter((one) => !one.running);
  await startContainers(command, stopped);
  return reportChanged(invocation, 'started', stopped, 'All of it runs already.');
}
