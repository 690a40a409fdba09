import { once } from 'node:events';
import type { Engine } from '../engine/engine.ts';
import { reloadDirectory } from './plan.ts';
import { readAttach } from './python-source.ts';

const state = `${reloadDirectory}/state`;

/** The command that joins its streams with the breakpoint() that waits in a container. */
export async function describeAttach(): Promise<readonly string[]> {
  return [...python, await readAttach(), 'join', state];
}

/** Without the user's site and environment: nothing of the project can get in the way. */
const python = ['python3', '-I', '-S', '-B', '-u', '-c'];

/**
 * The first of some running containers in which a breakpoint() waits; when none does, the first in
 * which one is reached from now on. Rejects when the signal aborts; `undefined` when none of them
 * is a container that djdev reloads, or all have ended.
 */
export async function findBreakpoint(
  engine: Engine,
  containerIds: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const command = [...python, await readAttach(), 'wait', state];
  const done = new AbortController();
  const within = AbortSignal.any([signal, done.signal]);
  try {
    return await Promise.any(
      containerIds.map(async (id) => {
        await using session = await engine.exec(id, { command }, within);
        session.stderr.resume();
        const ended = session.exited.then(() => undefined);
        const [line] = await Promise.race([
          once(session.stdout, 'data', { signal: within }),
          ended.then(() => []),
        ]);
        if (line === undefined) throw new Error(`${id} has no breakpoint() to wait for.`);
        return id;
      }),
    );
  } catch {
    signal.throwIfAborted();
    return undefined;
  } finally {
    done.abort();
  }
}
