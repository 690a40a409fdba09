import { findStackContainers } from '../../stack/find-stack.ts';
import type { Invocation } from '../command.ts';
import { execAttached } from '../stack/exec-attached.ts';
import { mapDirectory } from '../stack/map-directory.ts';
import { openStackCommand } from '../stack/open-stack-command.ts';
import { checkNames, notRunning } from '../stack/pick-containers.ts';

/** `djdev exec`: a command in the container of a process or service. */
export async function run(invocation: Invocation): Promise<number> {
  const { args, options, io } = invocation;
  await using command = await openStackCommand(invocation);
  const { engine, project, context } = command;
  const [role = '', ...words] = args;
  checkNames(project, [role]);
  const container = (await findStackContainers(engine, project.id, context.signal)).get(role);
  if (container?.running !== true) throw notRunning(role);
  const isProcess = project.processes.some(({ name }) => name === role);
  const image = isProcess
    ? await engine.inspectImage(container.imageId, context.signal)
    : undefined;
  return await execAttached(invocation, command, container.id, {
    command: words[0] === '--' ? words.slice(1) : words,
    ...(options.user === undefined ? {} : { user: options.user }),
    ...(image === undefined ? {} : mapDirectory(io.cwd, project, image)),
  });
}
