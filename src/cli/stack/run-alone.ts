import { randomBytes } from 'node:crypto';
import type { ImageFacts } from '../../engine/engine.ts';
import { describeOneOff } from '../../stack/describe-process.ts';
import type { Stack } from '../../stack/open-stack.ts';
import type { OneOffSync } from '../../sync/one-off-sync.ts';
import { buildStackImage } from '../../up/build-stack-image.ts';
import type { OneOffTree } from '../../up/live/one-off-tree.ts';
import type { Invocation } from '../command.ts';
import { attachSession, wantsTerminal } from './attach-session.ts';
import { terminalEnvironment } from './exec-attached.ts';
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
  const { context, engine, project } = command;
  const { openOneOffTree } = await import('../../up/live/one-off-tree.ts');
  const tree = await openOneOffTree(context, work.stack);
  const image = await findUsable(invocation, command, work.image, tree);
  const tty = wantsTerminal(invocation);
  const spec = describeOneOff(work.stack, image, work.command, randomBytes(6).toString('hex'));
  // It outlives the first Ctrl-C: how the command takes it is the command's affair.
  const { signal } = new AbortController();
  invocation.signal.throwIfAborted();
  let sync: OneOffSync | undefined;
  await using container = await engine.openContainer(
    {
      ...spec,
      tty,
      staysAfterEnd: true,
      environment: { ...spec.environment, ...terminalEnvironment(tty) },
      ...(work.user === undefined ? {} : { user: work.user }),
      ...mapDirectory(invocation.io.cwd, project, image),
    },
    signal,
    async (id) => {
      sync = await tree.seed(id, image, signal);
    },
  );
  sync?.follow();
  const exitCode = await attachSession(invocation, container, { tty, send: container.kill });
  await sync?.finish(AbortSignal.timeout(finishTimeoutMs));
  tree.tell();
  return exitCode;
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
