import type { ContainerSummary, ImageFacts } from '../../engine/engine.ts';
import { webProcess } from '../../stack/describe-process.ts';
import { findStack } from '../../stack/find-stack.ts';
import type { Stack } from '../../stack/open-stack.ts';
import { ensureNetwork, startServices } from '../../stack/start-services.ts';
import { buildStackImage } from '../../up/build-stack-image.ts';
import { snapshotBeforeMigrate } from '../../up/snapshot-before-migrate.ts';
import { isMarkedLive } from '../../up/live/live-marker.ts';
import type { Invocation } from '../command.ts';
import { execAttached } from './exec-attached.ts';
import { openInvocationStack, openStackCommand, type StackCommand } from './open-stack-command.ts';
import { mapDirectory } from './map-directory.ts';
import { notRunning } from './pick-containers.ts';
import { runAlone } from './run-alone.ts';

/** How a command of the application is to be run. */
export interface ApplicationRun {
  readonly command: readonly string[];
  /** `where-it-runs`: in the web process's container, if that has the image of the tree. */
  readonly place: 'where-it-runs' | 'of-its-own';
  /** It writes into the code, which may belong to root: unless told otherwise it runs as root. */
  readonly writesCode?: boolean;
  /** It changes the tables: a snapshot of the database comes first. */
  readonly migrates?: boolean;
}

/** How long what a command has made may take to come to the host. */
const finishTimeoutMs = 60_000;

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
  const [image, run, { database }] = await Promise.all([
    // Where edits are sent into the containers, the image is not what counts.
    isLive && web?.running === true
      ? imageOf(command, web)
      : buildStackImage(context, project, options.noBuild === true ? 'never' : 'when-changed'),
    describe(command),
    startServices(context, stack, found).then(async (services) => {
      await ensureUsable(command, stack);
      return services;
    }),
  ]);
  if (run.migrates === true && database) await snapshotBeforeMigrate(context, stack, database);
  const user = options.user ?? (run.writesCode === true ? '0:0' : undefined);
  if (run.place === 'where-it-runs' && isCurrent(web, image)) {
    await using back = isLive ? undefined : await followWeb(command, web, image);
    const exitCode = await execAttached(invocation, command, web.id, {
      command: run.command,
      ...(user === undefined ? {} : { user }),
      ...mapDirectory(invocation.io.cwd, project, image),
    });
    await back?.finish(AbortSignal.timeout(finishTimeoutMs));
    return exitCode;
  }
  return await runAlone(invocation, command, { stack, image, command: run.command, user });
}

/** Where no `up` does it, what the command makes comes back by the command's own sync. */
async function followWeb(
  { context, project }: StackCommand,
  web: ContainerSummary,
  image: ImageFacts,
) {
  const { openOneOffTree } = await import('../../up/live/one-off-tree.ts');
  const tree = await openOneOffTree(context, project);
  return await tree.followRunning(web.id, image, { sends: true });
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
