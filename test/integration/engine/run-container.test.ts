import { expect, test } from 'vitest';
import { systemClock } from '../../../src/context/clock.ts';
import type { ContainerSpec, LogLine, RunningContainer } from '../../../src/engine/engine.ts';
import {
  describeWithEngine,
  type EngineTest,
  openEngineTest,
  testImage,
} from '../../support/engine.ts';
import { leftoversOf } from '../../support/sweep.ts';
import { packFiles } from '../../support/tar.ts';

function python(t: EngineTest, program: string, more: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    name: t.nameFor('app'),
    image: testImage,
    ownership: t.ownership('app'),
    command: ['python3', '-u', '-c', program],
    lifeline: 'wrap',
    ...more,
  };
}

async function readAll(container: RunningContainer): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  for await (const line of container.output) lines.push(line);
  return lines;
}

describeWithEngine('runContainer', () => {
  test.each(['wrap', 'watch', 'none'] as const)(
    'follows a command to its end (%s)',
    async (lifeline) => {
      await using t = await openEngineTest();
      const program = 'import sys; print("out"); print("err", file=sys.stderr); sys.exit(7)';
      await using container = await t.engine.runContainer(
        python(t, program, { lifeline }),
        t.signal,
      );
      expect((await readAll(container)).toSorted((a, b) => a.text.localeCompare(b.text))).toEqual([
        { stream: 'stderr', text: 'err' },
        { stream: 'stdout', text: 'out' },
      ]);
      expect(await container.exited).toEqual({ exitCode: 7, outOfMemory: false, error: undefined });
    },
  );

  test('loses and doubles no line of a burst', async () => {
    await using t = await openEngineTest();
    const program = 'for i in range(100_000): print(i)';
    await using container = await t.engine.runContainer(python(t, program), t.signal);
    const lines = await readAll(container);
    expect(lines.length).toBe(100_000);
    expect(lines.every(({ text }, index) => text === String(index))).toBe(true);
  });

  test('goes on when nobody reads, and keeps the newest lines', async () => {
    await using t = await openEngineTest();
    const program = 'for i in range(100_000): print(i)';
    await using container = await t.engine.runContainer(python(t, program), t.signal);
    expect((await container.exited).exitCode).toBe(0);
    const lines = await readAll(container);
    expect(lines.at(-1)?.text).toBe('99999');
    expect(lines.length).toBeGreaterThanOrEqual(10_000);
    expect(lines.length).toBeLessThanOrEqual(20_000);
  });

  test('publishes ports, answers to its alias and takes seeded files', async () => {
    await using t = await openEngineTest();
    const network = await t.engine.createNetwork(t.nameFor('net'), t.ownership('net'), t.signal);
    const program = 'import http.server as h; h.test(h.SimpleHTTPRequestHandler, port=8000)';
    const spec = python(t, program, {
      network: t.nameFor('net'),
      aliases: ['web'],
      publish: [8000],
      workingDirectory: '/srv',
      lifeline: 'watch',
    });
    const seed = async (id: string): Promise<void> => {
      await t.engine.putArchive(id, '/', await packFiles({ 'srv/hello.txt': 'seeded' }), t.signal);
    };
    await using container = await t.engine.runContainer(spec, t.signal, seed);
    const { host, publishedPorts } = container.facts;
    const answer = await untilAnswer(`http://${host}:${publishedPorts[8000]}/hello.txt`, t.signal);
    expect(answer).toBe('seeded');
    const inside = await t.engine.execToEnd(
      container.id,
      { command: ['python3', '-c', 'import socket; print(socket.gethostbyname("web"))'] },
      t.signal,
    );
    expect(inside.stdout).toMatch(/^\d+\.\d+\.\d+\.\d+\n$/);
    await container[Symbol.asyncDispose]();
    await t.engine.removeNetwork(network, t.signal);
    expect(await leftoversOf(t.engine, t.worktree)).toEqual([]);
  });

  test.each(['watch', 'none'] as const)(
    'refuses a command that is not there (%s)',
    async (lifeline) => {
      await using t = await openEngineTest();
      const spec = python(t, '', { command: ['no-such-program'], lifeline });
      const error: unknown = await t.engine.runContainer(spec, t.signal).catch((e: unknown) => e);
      expect(error).toMatchObject({ name: 'DjdevError', code: 'DJ-COMMAND-NOT-FOUND' });
      expect(await leftoversOf(t.engine, t.worktree)).toEqual([]);
    },
  );

  test('says so through `exited` when the guard of `wrap` finds no such command', async () => {
    await using t = await openEngineTest();
    const spec = python(t, '', { command: ['no-such-program'] });
    await using container = await t.engine.runContainer(spec, t.signal);
    await expect(container.exited).rejects.toMatchObject({ code: 'DJ-COMMAND-NOT-FOUND' });
  });

  test('`wrap` hands on signals and the exit code of the command', async () => {
    await using t = await openEngineTest();
    const program = [
      'import signal, sys, time',
      'signal.signal(signal.SIGTERM, lambda *_: (time.sleep(0.3), sys.exit(42)))',
      'print("ready")',
      'while True: time.sleep(0.05)',
    ].join('\n');
    await using container = await t.engine.runContainer(python(t, program), t.signal);
    for await (const line of container.output) if (line.text === 'ready') break;
    await t.engine.killContainer(container.id, 'SIGTERM', t.signal);
    expect(await container.exited).toMatchObject({ exitCode: 42 });
  });

  test('reports memory exhaustion', async () => {
    await using t = await openEngineTest();
    // With a lifeline the engine removes the container at its end, perhaps before it can be asked.
    const limited = { memoryBytes: 64 * 1024 * 1024, lifeline: 'none' } as const;
    const spec = python(t, 'x = bytearray(512 * 1024 * 1024)', limited);
    await using container = await t.engine.runContainer(spec, t.signal);
    expect(await container.exited).toMatchObject({ exitCode: 137, outOfMemory: true });
  });

  test('attached stdin reaches the command, and its end too', async () => {
    await using t = await openEngineTest();
    const program = 'import sys; print(sys.stdin.read().upper())';
    const spec = { ...python(t, program), attachStdin: true };
    await using container = await t.engine.runContainer(spec, t.signal);
    container.stdin?.end('hello');
    expect(await readAll(container)).toEqual([{ stream: 'stdout', text: 'HELLO' }]);
  });

  test('an abort rejects with its reason and leaves nothing behind', async () => {
    await using t = await openEngineTest();
    const reason = new Error('Ctrl-C');
    const aborter = new AbortController();
    const starting = t.engine.runContainer(python(t, 'pass'), aborter.signal, async () => {
      aborter.abort(reason);
    });
    await expect(starting).rejects.toBe(reason);
    expect(await leftoversOf(t.engine, t.worktree)).toEqual([]);
  });

  test('an abort ends `exited` and `output` of a running container with its reason', async () => {
    await using t = await openEngineTest();
    const aborter = new AbortController();
    const spec = python(t, 'import time; time.sleep(60)');
    await using container = await t.engine.runContainer(spec, aborter.signal);
    const reason = new Error('timeout');
    aborter.abort(reason);
    await expect(container.exited).rejects.toBe(reason);
    await expect(readAll(container)).rejects.toBe(reason);
  });

  test('disposal removes the container, twice is once, and one that is gone is no error', async () => {
    await using t = await openEngineTest();
    const container = await t.engine.runContainer(
      python(t, 'import time; time.sleep(60)'),
      t.signal,
    );
    await Promise.all([container[Symbol.asyncDispose](), container[Symbol.asyncDispose]()]);
    expect(await leftoversOf(t.engine, t.worktree)).toEqual([]);
    await container[Symbol.asyncDispose]();
    expect(await container.exited).toMatchObject({ exitCode: 137 });
  });

  test('a persistent container survives its disposal', async () => {
    await using t = await openEngineTest();
    const ownership = { ...t.ownership('app'), persistent: true };
    const spec = python(t, 'import time; time.sleep(60)', { ownership });
    const container = await t.engine.runContainer(spec, t.signal);
    await container[Symbol.asyncDispose]();
    expect(await t.engine.inspectContainer(container.id, t.signal)).toMatchObject({
      running: true,
    });
    expect(await leftoversOf(t.engine, t.worktree)).toMatchObject([{ ownership }]);
  });
});

async function untilAnswer(url: string, signal: AbortSignal): Promise<string> {
  for (;;) {
    signal.throwIfAborted();
    const answer = await fetch(url, { signal }).catch(() => undefined);
    if (answer) return await answer.text();
    await systemClock.sleep(20, signal);
  }
}
