import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { describe } from 'vitest';
import { Scope } from '../../src/context/scope.ts';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import type { Engine, Ownership } from '../../src/engine/engine.ts';
import { removeOfTest } from './sweep.ts';

/** Small, and on every machine that the set-up scripts have seen. */
export const testImage = 'python:3.13-slim';

/** The engine of this machine, found as djdev finds it. */
export async function connectTestEngine(): Promise<Engine> {
  const signal = AbortSignal.timeout(20_000);
  return await connectEngine({ env: process.env, home: homedir() }, signal);
}

/** A connected engine for one test, with names and labels that no other test uses. */
export interface EngineTest extends AsyncDisposable {
  readonly engine: Engine;
  /** Closes before what is left over is swept and the connection ends. */
  readonly scope: Scope;
  /** Aborts when the test has taken its time: two minutes, unless it asked for more. */
  readonly signal: AbortSignal;
  /** The worktree label of all that this test makes. */
  readonly worktree: string;
  readonly nameFor: (role: string) => string;
  readonly ownership: (role: string) => Ownership;
}

/** For `await using`: whatever the test leaves on the engine is removed at the end of its block. */
export async function openEngineTest(timeoutMs = 120_000): Promise<EngineTest> {
  const engine = await connectTestEngine();
  const scope = new Scope();
  const worktree = `test-${randomBytes(4).toString('hex')}`;
  return {
    engine,
    scope,
    worktree,
    signal: AbortSignal.timeout(timeoutMs),
    nameFor: (role) => `djdev-${worktree}-${role}`,
    ownership: (role) => ({ project: 'djdev-tests', session: worktree, role, worktree }),
    async [Symbol.asyncDispose]() {
      try {
        await scope[Symbol.asyncDispose]();
      } finally {
        await removeOfTest(engine, worktree);
        await engine[Symbol.asyncDispose]();
      }
    },
  };
}

/**
 * `describe` for tests that need an engine. Without one they are skipped, loudly; with
 * `DJDEV_REQUIRE_ENGINE=1` the file fails instead.
 */
export const describeWithEngine = (await hasEngine()) ? describe : describe.skip;

async function hasEngine(): Promise<boolean> {
  try {
    await using _ = await connectTestEngine();
    return true;
  } catch (error) {
    if (process.env['DJDEV_REQUIRE_ENGINE'] === '1') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`\nSKIPPED: these tests need a Docker engine. ${reason}\n`);
    return false;
  }
}
