import type { Engine, OwnedResource } from '../../src/engine/engine.ts';

/** What a test has on the engine at this moment. */
export async function leftoversOf(
  engine: Engine,
  worktree: string,
): Promise<readonly OwnedResource[]> {
  return await engine.listOwned({ worktree }, AbortSignal.timeout(30_000));
}

/** Removes everything that carries the test's worktree label. */
export async function removeOfTest(engine: Engine, worktree: string): Promise<void> {
  for (const resource of await leftoversOf(engine, worktree)) {
    await engine.removeOwned(resource, AbortSignal.timeout(60_000));
  }
}
