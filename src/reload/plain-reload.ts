import * as v from 'valibot';
import type { Engine } from '../engine/engine.ts';
import { type PlainReload, reloadDirectory, type ReloadNote } from './plan.ts';
import type { ReloadKind } from './reload-result.ts';

const noticesSchema = v.array(v.object({ code: v.string(), text: v.string() }));

/** A container, and what has requests wait while it is started anew. */
interface PlainlyReloaded {
  readonly engine: Engine;
  readonly containerId: string;
  readonly hold?: ((restart: () => Promise<void>) => Promise<void>) | undefined;
}

/**
 * Reloads without any help from inside. A signal only starts the server's own reload: when it
 * serves the new code is not known.
 */
export async function reloadPlainly(
  { engine, containerId, hold = (restart) => restart() }: PlainlyReloaded,
  method: PlainReload,
  signal: AbortSignal,
): Promise<ReloadKind> {
  const container = await engine.inspectContainer(containerId, signal);
  if (container?.running === false) {
    // An edit before this one broke the code, and the server ended.
    await engine.startContainer(containerId, signal);
    return 'restart';
  }
  if (method.type === 'signal') {
    await engine.killContainer(containerId, method.processSignal, signal);
    return 'cold';
  }
  await hold(async () => {
    await engine.stopContainer(containerId, 0, signal);
    await engine.startContainer(containerId, signal);
  });
  return 'restart';
}

/** Why the container's side does without layers, when it said so. */
export async function readNotices(
  engine: Engine,
  containerId: string,
  signal: AbortSignal,
): Promise<readonly ReloadNote[]> {
  const command = ['cat', `${reloadDirectory}/state/notices.json`];
  const { exitCode, stdout } = await engine.execToEnd(containerId, { command }, signal);
  if (exitCode !== 0) return [];
  try {
    const parsed = v.safeParse(noticesSchema, JSON.parse(stdout));
    return parsed.success ? parsed.output : [];
  } catch {
    return [];
  }
}
