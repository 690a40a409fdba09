import { systemClock } from '../../context/clock.ts';
import type { Engine } from '../../engine/engine.ts';
import type { StackEvent } from '../../report/stack-event.ts';
import { followContainer, type FollowOptions } from '../../up/logs/follow-container.ts';

/** A container whose output is followed, by its role and name. */
export interface Followed {
  readonly role: string;
  readonly name: string;
}

/** Hands every line of a container to `print` until the signal aborts. Never rejects for that. */
export async function followLines(
  engine: Engine,
  { role, name }: Followed,
  options: FollowOptions,
  print: (role: string, line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    const lines = followContainer({ engine, clock: systemClock }, name, options, signal);
    for await (const { text } of lines) print(role, text);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** A restart, by a reload or by a person, is over by then. */
const restartMs = 1000;
/** Whoever sees that a process ended may start it again. */
const patienceMs = 3000;

/**
 * Says when a process ends, and resolves when all of them have: with the worst exit code. One that
 * is started again in time, by whomever, goes on; one that is not counts as dead.
 */
export async function watchProcesses(
  engine: Engine,
  processes: readonly Followed[],
  emit: (event: StackEvent) => void,
  signal: AbortSignal,
  onDead: (role: string) => void = () => {},
): Promise<number> {
  const codes = await Promise.all(
    processes.map(async (one) => {
      const exitCode = await watchProcess(engine, one, emit, signal);
      onDead(one.role);
      return exitCode;
    }),
  );
  return Math.max(0, ...codes);
}

async function watchProcess(
  engine: Engine,
  { role, name }: Followed,
  emit: (event: StackEvent) => void,
  signal: AbortSignal,
): Promise<number> {
  for (;;) {
    const { exitCode, outOfMemory } = await engine.waitContainer(name, signal);
    await systemClock.sleep(restartMs, signal);
    const early = await engine.inspectContainer(name, signal);
    if (early?.running === true) continue;
    emit({ type: 'process-ended', role, exitCode, outOfMemory });
    await systemClock.sleep(patienceMs, signal);
    const late = await engine.inspectContainer(name, signal);
    if (late?.running !== true) return exitCode;
    emit({ type: 'process-running', role });
  }
}
