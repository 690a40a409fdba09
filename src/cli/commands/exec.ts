import type { ImageFacts } from '../../engine/engine.ts';
import { isMarkedLive } from '../../up/live/live-marker.ts';
import type { Invocation } from '../command.ts';
import { execAttached } from '../stack/exec-attached.ts';
import { mapDirectory } from '../stack/map-directory.ts';
import { type CheckoutCommand, openCheckoutCommand } from '../stack/open-checkout-command.ts';
import { notRunning, pickOfCheckout } from '../stack/pick-containers.ts';

/** How long what a command has made may take to come to the host. */
const finishTimeoutMs = 60_000;

/** `djdev exec`: a command in the container of a process or service. */
export async function run(invocation: Invocation): Promise<number> {
  const { args, options, io } = invocation;
  await using command = await openCheckoutCommand(invocation);
  const { engine, checkout, context } = command;
  const { project } = checkout;
  const [role = '', ...words] = args;
  const [container] = pickOfCheckout(command, [role]);
  if (container?.running !== true) throw notRunning(role);
  const isService = project?.services.some(({ name }) => name === role) === true;
  const image = isService
    ? undefined
    : await engine.inspectImage(container.imageId, context.signal);
  await using back = await followBack(invocation, command, container.id, image);
  const exitCode = await execAttached(invocation, command, container.id, {
    command: words[0] === '--' ? words.slice(1) : words,
    ...(options.user === undefined ? {} : { user: options.user }),
    ...(image === undefined ? {} : mapDirectory(io.cwd, checkout, image)),
  });
  await back?.finish(AbortSignal.timeout(finishTimeoutMs));
  return exitCode;
}

/**
 * What the command makes comes back, where no `up` sees to that. What the container runs stays as
 * it is: nothing is sent.
 */
async function followBack(
  { io }: Invocation,
  { checkout: { project }, context }: CheckoutCommand,
  id: string,
  image: ImageFacts | undefined,
) {
  if (project === undefined || image === undefined) return undefined;
  if (await isMarkedLive(project, io.environment)) return undefined;
  const { openOneOffTree } = await import('../../up/live/one-off-tree.ts');
  const tree = await openOneOffTree(context, project);
  return await tree.followRunning(id, image, { sends: false });
}
