import { randomBytes } from 'node:crypto';
import type { ContainerSummary, ImageFacts } from '../../engine/engine.ts';
import { describeOneOff, webProcess } from '../../stack/describe-process.ts';
import { findStack } from '../../stack/find-stack.ts';
import type { Stack } from '../../stack/open-stack.ts';
import { ensureNetwork, startServices } from '../../stack/start-services.ts';
import { buildStackImage } from '../../up/build-stack-image.ts';
import type { Invocation } from '../command.ts';
import { attachSession, wantsTerminal } from './attach-session.ts';
import { execAttached, terminalEnvironment } from './exec-attached.ts';
import { openInvocationStack, openStackCommand, type StackCommand } from './open-stack-command.ts';
import { mapDirectory } from './map-directory.ts';

/** How a command of the application is to be run. */
export interface ApplicationRun {
  readonly command: readonly string[];
  /** `where-it-runs`: in the web process's container, if that has the image of the tree. */
  readonly place: 'where-it-runs' | 'of-its-own';
}

/**
 * Runs a command with the application's image and environment, with the services it needs, and
 * answers its exit code untouched.
 */
export async function runInApplication(
  invocation: Invocation,
  describe: (command: StackCommand) => Promise<ApplicationRun>,
): Promise<number> {
  const { options } = invocation;
  await using command = await openStackCommand(invocation);
  const { context, engine, project } = command;
  const stack = await openInvocationStack(invocation, project);
  const found = await findStack(engine, project.id, context.signal);
  const when = options.noBuild === true ? 'never' : 'when-changed';
  const [image, run] = await Promise.all([
    buildStackImage(context, project, when),
    describe(command),
    startServices(context, stack, found).then(() => ensureUsable(command, stack)),
  ]);
  const web = found.containers.get(webProcess);
  if (run.place === 'where-it-runs' && isCurrent(web, image)) {
    return await execAttached(invocation, command, web.id, {
      command: run.command,
      ...mapDirectory(invocation.io.cwd, project, image),
    });
  }
  return await runAlone(invocation, command, { stack, image, command: run.command });
}

/** A project without services has no network yet. */
async function ensureUsable(
  { context, engine, project }: StackCommand,
  stack: Stack,
): Promise<void> {
  if (project.services.length > 0) return;
  await ensureNetwork(context, stack, await findStack(engine, project.id, context.signal));
}

function isCurrent(web: ContainerSummary | undefined, image: ImageFacts): web is ContainerSummary {
  return web?.running === true && web.imageId === image.id;
}

async function runAlone(
  invocation: Invocation,
  { engine, project }: StackCommand,
  work: {
    readonly stack: Stack;
    readonly image: ImageFacts;
    readonly command: readonly string[];
  },
): Promise<number> {
  const { options, io } = invocation;
  const tty = wantsTerminal(invocation);
  const session = randomBytes(6).toString('hex');
  const spec = describeOneOff(work.stack, work.image, work.command, session);
  // It outlives the first Ctrl-C: how the command takes it is the command's affair.
  const { signal } = new AbortController();
  invocation.signal.throwIfAborted();
  await using container = await engine.openContainer(
    {
      ...spec,
      tty,
      environment: { ...spec.environment, ...terminalEnvironment(tty) },
      ...(options.user === undefined ? {} : { user: options.user }),
      ...mapDirectory(io.cwd, project, work.image),
    },
    signal,
  );
  return await attachSession(invocation, container, { tty, send: container.kill });
}
