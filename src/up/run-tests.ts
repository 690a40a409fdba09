import { randomBytes } from 'node:crypto';
import type { ImageFacts } from '../engine/engine.ts';
import { describeOneOff } from '../stack/describe-process.ts';
import type { Stack } from '../stack/open-stack.ts';
import type { StackContext } from '../stack/stack-context.ts';
import type { OneOffSync } from '../sync/one-off-sync.ts';
import { buildStackImage } from './build-stack-image.ts';
import { openOneOffTree } from './live/one-off-tree.ts';
import { findManagePrefix } from './manage-prefix.ts';
import { runCaptured } from './run-captured.ts';

const finishTimeoutMs = 60_000;

/**
 * Runs the project's tests in a container of their own that has the tree as it is, and tells how they
 * ended. What they write comes back to the host.
 */
export async function runTests(
  context: StackContext,
  stack: Stack,
  image: ImageFacts,
  onLine: (line: string) => void,
): Promise<void> {
  const { clock, emit, signal } = context;
  const startedMs = clock.monotonicMs();
  const tree = await openOneOffTree(context, stack.project);
  const isUsable = (await tree.findGone(image)).length === 0;
  // What is gone here cannot be taken out of a container that has not started.
  const usable = isUsable ? image : await buildStackImage(context, stack.project, 'when-changed');
  const command = [...(await findManagePrefix(stack.project)), 'test', '--noinput'];
  const spec = describeOneOff(stack, usable, command, randomBytes(6).toString('hex'));
  let sync: OneOffSync | undefined;
  const { exitCode } = await runCaptured(context, spec, onLine, {
    beforeStart: async (id) => {
      sync = await tree.seed(id, usable, signal);
    },
    afterEnd: async () => await sync?.finish(AbortSignal.timeout(finishTimeoutMs)),
  });
  tree.tell();
  emit({ type: 'tests-ended', exitCode, ms: clock.monotonicMs() - startedMs });
}
