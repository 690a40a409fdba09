import { findStackContainers } from '../../stack/find-stack.ts';
import type { Invocation } from '../command.ts';
import { openStackCommand } from '../stack/open-stack-command.ts';
import { notRunning, pickContainers } from '../stack/pick-containers.ts';
import { reportChanged } from '../stack/report-changed.ts';
import { restartContainers } from '../stack/switch-containers.ts';

/** `djdev restart`: all processes, or what is named. */
export async function run(invocation: Invocation): Promise<number> {
  await using command = await openStackCommand(invocation);
  const { engine, project, context } = command;
  const { args } = invocation;
  const found = await findStackContainers(engine, project.id, context.signal);
  const names = args.length > 0 ? args : project.processes.map(({ name }) => name);
  const picked = pickContainers(project, found, names);
  if (picked.length === 0) throw notRunning(names.join(', '));
  await restartContainers(command, picked);
  return reportChanged(invocation, 'restarted', picked, '');
}
