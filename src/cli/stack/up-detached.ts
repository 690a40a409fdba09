import type { StartedStack } from '../../up/up.ts';
import type { Invocation } from '../command.ts';
import { openStackCommand } from './open-stack-command.ts';
import { startStack } from './start-stack.ts';
import { startStopwatch } from './stopwatch.ts';
import { exitCodeOf, openUpSession } from './up-session.ts';

/** Starts the stack and leaves it to itself. Exit code 1 when something does not answer. */
export async function upDetached(invocation: Invocation): Promise<number> {
  const stopwatch = startStopwatch();
  await using command = await openStackCommand(invocation, stopwatch.take);
  const session = openUpSession(invocation, command);
  try {
    const { started } = await startStack(invocation, command, session);
    if (invocation.options.timing === true) invocation.io.stderr.write(stopwatch.format());
    return report(invocation, started);
  } catch (error) {
    if (invocation.signal.aborted) await session.stop();
    return exitCodeOf(invocation, error);
  } finally {
    await session.settled();
  }
}

function report({ options, io }: Invocation, { processes }: StartedStack): number {
  const healthy = processes.every((one) => one.healthy);
  if (options.json === true) {
    const shown = processes.map(({ container, url, status, healthy: isHealthy }) => ({
      process: container.role,
      container: container.name,
      ...(url === undefined ? {} : { url, status: status ?? null }),
      healthy: isHealthy,
    }));
    io.stdout.write(`${JSON.stringify({ version: 1, ok: healthy, processes: shown })}\n`);
  } else {
    for (const { url } of processes) if (url !== undefined) io.stdout.write(`${url}\n`);
  }
  return healthy ? 0 : 1;
}
