import { findStackContainers } from '../../stack/find-stack.ts';
import type { Invocation } from '../command.ts';
import { openStackCommand } from '../stack/open-stack-command.ts';
import { pickContainers } from '../stack/pick-containers.ts';
import { reportChanged } from '../stack/report-changed.ts';
import { stopContainers, stopGates } from '../stack/switch-containers.ts';

/** `djdev stop`: what runs is stopped and kept. */
export async function run(invocation: Invocation): Promise<number> {
  await using command = await openStackCommand(invocation);
  const { engine, project, context } = command;
  const found = await findStackContainers(engine, project.id, context.signal);
  const picked = pickContainers(project, found, invocation.args);
  const running = picked.filter((one) => one.running);
  await Promise.all([stopContainers(command, running), stopGates(command, picked)]);
  return reportChanged(invocation, 'stopped', running, 'Nothing of it runs.');
}
