import type { AppliedContainer } from '../../stack/apply-container.ts';
import { gatedProcess, stopGraceMs } from '../../stack/stack-names.ts';
import type { Invocation } from '../command.ts';
import type { StackCommand } from './open-stack-command.ts';

const stopTimeoutMs = 60_000;

/**
 * Stops the containers that this run started, and leaves those that ran before it. The volumes and
 * the stopped containers stay. A second Ctrl-C kills.
 */
export async function stopStarted(
  { io, options, whenForced }: Invocation,
  { engine, context }: StackCommand,
  containers: readonly AppliedContainer[],
): Promise<void> {
  // A container may have been told of several times: what it is now counts, and whether it is ours.
  const latest = new Map(containers.map((one) => [one.role, one]));
  // A gate ends with its process.
  const ownerOf = ({ role }: AppliedContainer): string => gatedProcess(role) ?? role;
  const isMine = (one: AppliedContainer): boolean =>
    containers.some(({ role, change }) => role === ownerOf(one) && change !== 'keep');
  const mine = [...latest.values()].filter(isMine);
  const say = (text: string): void => {
    if (options.quiet !== true) io.stderr.write(`${text}\n`);
  };
  const isGate = ({ role }: AppliedContainer): boolean => gatedProcess(role) !== undefined;
  const left = [...latest.values()]
    .filter((one) => !isMine(one) && !isGate(one))
    .map(({ role }) => role);
  if (left.length > 0) say(`Left running: ${left.join(', ')}. djdev stop stops them.`);
  if (mine.length === 0) return;
  say('Stopping. Ctrl-C again kills.');
  const signal = AbortSignal.timeout(stopTimeoutMs);
  whenForced(async () => {
    await Promise.all(
      mine.map(({ id }) => engine.killContainer(id, 'SIGKILL', signal).catch(() => undefined)),
    );
  });
  await Promise.all(
    mine.map(async (one) => {
      const { id, role } = one;
      await engine.stopContainer(id, stopGraceMs, signal).catch(() => undefined);
      if (!isGate(one)) context.emit({ type: 'container-changed', role, action: 'stopped' });
    }),
  );
}
