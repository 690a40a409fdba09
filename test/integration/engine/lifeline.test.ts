import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/context/clock.ts';
import type { OwnedResource } from '../../../src/engine/engine.ts';
import { startWatchGuard } from '../../../src/engine/lifeline.ts';
import {
  describeWithEngine,
  type EngineTest,
  openEngineTest,
  testImage,
} from '../../support/engine.ts';
import { leftoversOf } from '../../support/sweep.ts';

const program = fileURLToPath(new URL('../../support/doomed-run.ts', import.meta.url));

/** Starts the doomed program and waits until all of it stands. */
async function startDoomed(t: EngineTest, ...more: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, t.worktree, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.scope.defer(() => void child.kill('SIGKILL'));
  const [first] = (await once(child.stdout, 'data', { signal: t.signal })) as [Buffer];
  expect(first.toString()).toBe('ready\n');
  return child;
}

async function childrenOf(pid: number | undefined): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(' ').filter(Boolean).map(Number);
}

async function killHard(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function untilOnly(
  t: EngineTest,
  kinds: readonly OwnedResource['kind'][],
): Promise<readonly OwnedResource[]> {
  for (;;) {
    const found = await leftoversOf(t.engine, t.worktree);
    if (found.every(({ kind }) => kinds.includes(kind))) return found;
    await systemClock.sleep(20, t.signal);
  }
}

describeWithEngine('after kill -9', () => {
  test('lifelines alone end every container', async () => {
    await using t = await openEngineTest();
    const child = await startDoomed(t);
    expect((await leftoversOf(t.engine, t.worktree)).length).toBe(7);
    // Without its last will: as if everything on this machine had died with it.
    for (const pid of await childrenOf(child.pid)) process.kill(pid, 'SIGKILL');
    await killHard(child);
    const startedMs = performance.now();
    const rest = await untilOnly(t, ['network', 'volume']);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect(rest.map(({ kind }) => kind)).toEqual(['network', 'volume']);

    // The next run's sweep takes what has no lifeline.
    const swept = await t.engine.sweep(t.signal);
    expect(swept.filter(({ ownership }) => ownership.worktree === t.worktree)).toEqual(rest);
    expect(await leftoversOf(t.engine, t.worktree)).toEqual([]);
  });

  test('the last will leaves nothing, networks and volumes included', async () => {
    await using t = await openEngineTest();
    const child = await startDoomed(t);
    await killHard(child);
    const startedMs = performance.now();
    await untilOnly(t, []);
    expect(performance.now() - startedMs).toBeLessThan(8_000);
  });

  test('persistent things stay, and no sweep takes them', async () => {
    await using t = await openEngineTest();
    const child = await startDoomed(t, 'persistent');
    expect(await childrenOf(child.pid)).toEqual([]);
    await killHard(child);
    await t.engine.sweep(t.signal);
    const rest = await leftoversOf(t.engine, t.worktree);
    expect(rest.filter(({ running }) => running).length).toBe(5);
    expect(rest.length).toBe(7);
  });

  test('a live run is not swept', async () => {
    await using t = await openEngineTest();
    const child = await startDoomed(t);
    await t.engine.sweep(t.signal);
    const rest = await leftoversOf(t.engine, t.worktree);
    expect(rest.filter(({ running }) => running).length).toBe(5);
    expect(rest.length).toBe(7);
    await killHard(child);
    await untilOnly(t, []);
  });
});

describeWithEngine('startWatchGuard', () => {
  test('uses Python where the image has no shell', async () => {
    await using t = await openEngineTest();
    const command = [
      'python3',
      '-c',
      'import os,time; os.remove("/bin/sh"); print(1,flush=True); time.sleep(60)',
    ];
    await using container = await t.engine.runContainer(
      {
        name: t.nameFor('app'),
        image: testImage,
        ownership: t.ownership('app'),
        command,
        lifeline: 'none',
      },
      t.signal,
    );
    for await (const line of container.output) if (line.text === '1') break;
    const guard = new AbortController();
    expect(await startWatchGuard(t.engine.connection.http, container.id, guard.signal)).toBe(true);
    guard.abort();
    expect((await container.exited).exitCode).not.toBe(0);
  });
});
