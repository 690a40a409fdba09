import { findStackContainers } from '../../stack/find-stack.ts';
import { isMarkedLive } from '../../up/live/live-marker.ts';
import type { Invocation } from '../command.ts';
import { execAttached } from '../stack/exec-attached.ts';
import { mapDirectory } from '../stack/map-directory.ts';
import { openStackCommand } from '../stack/open-stack-command.ts';
import { checkNames, notRunning } from '../stack/pick-containers.ts';

/** How long what a command has made may take to come to the host. */
const finishTimeoutMs = 60_000;

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
  const tree =
    image === undefined || (await isMarkedLive(project, io.environment))
      ? undefined
      : await import('../../up/live/one-off-tree.ts').then(({ openOneOffTree }) =>
          openOneOffTree(context, project),
        );
  // What the container runs stays as it is: nothing is sent.
  await using back = image && (await tree?.followRunning(container.id, image, { sends: false }));
  const exitCode = await execAttached(invocation, command, container.id, {
    command: words[0] === '--' ? words.slice(1) : words,
    ...(options.user === undefined ? {} : { user: options.user }),
    ...(image === undefined ? {} : mapDirectory(io.cwd, project, image)),
  });
  await back?.finish(AbortSignal.timeout(finishTimeoutMs));
  return exitCode;
}
