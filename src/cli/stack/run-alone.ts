import { randomBytes } from 'node:crypto';
import type { ContainerSession, ContainerSpec, ImageFacts } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import { describeOneOff } from '../../stack/describe-process.ts';
import { type HeldOneOff, holdOneOff } from '../../stack/hold-one-off.ts';
import type { Stack } from '../../stack/open-stack.ts';
import type { OneOffSync } from '../../sync/one-off-sync.ts';
import { buildStackImage } from '../../up/build-stack-image.ts';
import type { OneOffTree } from '../../up/live/one-off-tree.ts';
import type { Invocation } from '../command.ts';
import { attachSession, wantsTerminal } from './attach-session.ts';
import { execAttached, terminalEnvironment } from './exec-attached.ts';
import { mapDirectory } from './map-directory.ts';
import type { StackCommand } from './open-stack-command.ts';

/** A command that gets a container to itself. */
export interface AloneRun {
  readonly stack: Stack;
  readonly image: ImageFacts;
  readonly command: readonly string[];
  /** `undefined`: that of the image. */
  readonly user: string | undefined;
}

/** How long what a command has made may take to come to the host. */
const finishTimeoutMs = 120_000;

/**
 * Runs a command in a container of its own that has the files of the host, brings back what it
 * makes, and answers its exit code untouched.
 */
export async function runAlone(
  invocation: Invocation,
  command: StackCommand,
  work: AloneRun,
): Promise<number> {
  const { context, project } = command;
  const { openOneOffTree } = await import('../../up/live/one-off-tree.ts');
  const tree = await openOneOffTree(context, project);
  const image = await findUsable(invocation, command, work.image, tree);
  const spec: ContainerSpec = {
    ...describeOneOff(work.stack, image, work.command, randomBytes(6).toString('hex')),
    ...(work.user === undefined ? {} : { user: work.user }),
    ...mapDirectory(invocation.io.cwd, project, image),
  };
  invocation.signal.throwIfAborted();
  const alone = { invocation, command, tree, image };
  const held = holdOneOff(spec, image);
  const exitCode =
    (held === undefined ? undefined : await runHeld(alone, held)) ?? (await runFirst(alone, spec));
  tree.tell();
  return exitCode;
}

interface Alone {
  readonly invocation: Invocation;
  readonly command: StackCommand;
  readonly tree: OneOffTree;
  readonly image: ImageFacts;
}

/**
 * The command is executed in a container that is watched before it starts and is there when it has
 * ended, so that its last files are here as fast as all others. `undefined`: not in this image.
 */
async function runHeld(
  { invocation, command, tree, image }: Alone,
  held: HeldOneOff,
): Promise<number | undefined> {
  const opened = await openOneOff({ command, tree, image }, held.spec, false).catch(
    (error: unknown) => {
      if (error instanceof DjdevError && error.code === 'DJ-COMMAND-NOT-FOUND') return undefined;
      throw error;
    },
  );
  if (opened === undefined) return undefined;
  await using container = opened.container;
  container.stdout.resume();
  container.stderr.resume();
  await opened.sync.follow({ isHeld: true });
  invocation.signal.throwIfAborted();
  const { user, workingDirectory } = held.spec;
  const exitCode = await execAttached(invocation, command, container.id, {
    command: held.command,
    environment: held.environment,
    ...(user === undefined ? {} : { user }),
    ...(workingDirectory === undefined ? {} : { workingDirectory }),
  });
  await opened.sync.finish(AbortSignal.timeout(finishTimeoutMs));
  return exitCode;
}

/** The command is the first process of its container, and the container ends with it. */
async function runFirst({ invocation, ...alone }: Alone, spec: ContainerSpec): Promise<number> {
  const tty = wantsTerminal(invocation);
  const environment = { ...spec.environment, ...terminalEnvironment(tty) };
  const opened = await openOneOff(alone, { ...spec, environment }, tty);
  await using container = opened.container;
  await opened.sync.follow({ isHeld: false });
  const exitCode = await attachSession(invocation, container, { tty, send: container.kill });
  await opened.sync.finish(AbortSignal.timeout(finishTimeoutMs));
  return exitCode;
}

interface OpenedOneOff {
  readonly container: ContainerSession;
  readonly sync: OneOffSync;
}

/** A container that had the files of the host before it started. */
async function openOneOff(
  { command: { engine }, tree, image }: Omit<Alone, 'invocation'>,
  spec: ContainerSpec,
  tty: boolean,
): Promise<OpenedOneOff> {
  // It outlives the first Ctrl-C: how the command takes it is the command's affair.
  const { signal } = new AbortController();
  const seeded = Promise.withResolvers<OneOffSync>();
  const options = { ...spec, tty, staysAfterEnd: true };
  const container = await engine.openContainer(options, signal, async (id) => {
    seeded.resolve(await tree.seed(id, image, signal));
  });
  return { container, sync: await seeded.promise };
}

/** Nothing can be deleted in a container before it starts, so files that are gone take a build. */
async function findUsable(
  { options }: Invocation,
  { context, project }: StackCommand,
  image: ImageFacts,
  tree: OneOffTree,
): Promise<ImageFacts> {
  const [first, ...others] = await tree.findGone(image);
  if (first === undefined) return image;
  if (options.noBuild !== true) return await buildStackImage(context, project, 'when-changed');
  const rest = others.length === 0 ? '' : ` and ${others.length} other paths`;
  const text = `${first}${rest} is gone here, but not in the image, which --no-build keeps`;
  context.emit({ type: 'stack-noted', role: 'run', text });
  return image;
}
