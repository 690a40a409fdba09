import { randomBytes } from 'node:crypto';
import { systemClock } from '../../context/clock.ts';
import type { ContainerSummary, Engine, ImageFacts } from '../../engine/engine.ts';
import type { Project } from '../../project/project.ts';
import { describeOneOff, webProcess } from '../../stack/describe-process.ts';
import { findStack } from '../../stack/find-stack.ts';
import type { Stack } from '../../stack/open-stack.ts';
import { ensureNetwork, startServices } from '../../stack/start-services.ts';
import { buildStackImage } from '../../up/build-stack-image.ts';
import { isMarkedLive } from '../../up/live/live-marker.ts';
import type { Invocation } from '../command.ts';
import { attachSession, wantsTerminal } from './attach-session.ts';
import { execAttached, terminalEnvironment } from './exec-attached.ts';
import { openInvocationStack, openStackCommand, type StackCommand } from './open-stack-command.ts';
import { mapDirectory } from './map-directory.ts';
import { notRunning } from './pick-containers.ts';

/** How a command of the application is to be run. */
export interface ApplicationRun {
  readonly command: readonly string[];
  /** `where-it-runs`: in the web process's container, if that has the image of the tree. */
  readonly place: 'where-it-runs' | 'of-its-own';
  /** It writes into the code, which may belong to root: it runs as root in the web container. */
  readonly writesCode?: boolean;
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
  const web = found.containers.get(webProcess);
  const isLive = await isMarkedLive(project, invocation.io.environment);
  const [image, run] = await Promise.all([
    // Where edits are sent into the containers, the image is not what counts.
    isLive && web?.running === true
      ? imageOf(command, web)
      : buildStackImage(context, project, options.noBuild === true ? 'never' : 'when-changed'),
    describe(command),
    startServices(context, stack, found).then(() => ensureUsable(command, stack)),
  ]);
  if (run.place === 'where-it-runs' && isCurrent(web, image)) {
    return await execAttached(invocation, command, web.id, {
      command: run.command,
      ...(run.writesCode === true ? { user: '0:0' } : {}),
      ...mapDirectory(invocation.io.cwd, project, image),
    });
  }
  return await runAlone(invocation, command, { stack, image, command: run.command, isLive });
}

async function imageOf({ context }: StackCommand, web: ContainerSummary): Promise<ImageFacts> {
  const image = await context.engine.inspectImage(web.imageId, context.signal);
  if (image === undefined) throw notRunning(webProcess);
  return image;
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
    /** The image is older than the edits, which are put into the container before its start. */
    readonly isLive: boolean;
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
    async (id) => {
      if (work.isLive) await seedTree(invocation, engine, project, id);
    },
  );
  return await attachSession(invocation, container, { tty, send: container.kill });
}

async function seedTree(
  { io, signal }: Invocation,
  engine: Engine,
  project: Project,
  container: string,
): Promise<void> {
  const [{ seedContainer }, { readTree, syncStateDirectory }] = await Promise.all([
    import('../../sync/seed-container.ts'),
    import('../../up/live/read-tree.ts'),
  ]);
  const tree = await readTree(project);
  const onUnreadable = ({ path, message }: { path: string; message: string }): void =>
    void io.stderr.write(`${path}: ${message}\n`);
  const stateDirectory = syncStateDirectory();
  await seedContainer(
    { engine, container, tree, clock: systemClock, stateDirectory, onUnreadable },
    signal,
  );
}
