import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { RunningContainer } from '../../../src/engine/engine.ts';
import { Secret } from '../../../src/project/secret.ts';
import {
  describeWithEngine,
  type EngineTest,
  openEngineTest,
  testImage,
} from '../../support/engine.ts';

async function idle(t: EngineTest): Promise<RunningContainer> {
  const command = ['sleep', '300'];
  const spec = {
    name: t.nameFor('idle'),
    image: testImage,
    ownership: t.ownership('idle'),
    command,
  };
  return t.scope.use(await t.engine.runContainer({ ...spec, lifeline: 'wrap' }, t.signal));
}

describeWithEngine('execToEnd', () => {
  test('answers output, exit code and time', async () => {
    await using t = await openEngineTest();
    const { id } = await idle(t);
    const program =
      'import os,sys; print(os.getcwd(), os.environ["A"]); print("no", file=sys.stderr); sys.exit(3)';
    const command = ['python3', '-c', program];
    const environment = { A: new Secret('hidden') };
    const request = { command, environment, workingDirectory: '/srv', user: 'nobody' };
    const result = await t.engine.execToEnd(id, request, t.signal);
    expect(result).toEqual({
      command,
      exitCode: 3,
      stdout: '/srv hidden\n',
      stderr: 'no\n',
      ms: expect.any(Number),
    });
  });

  test('input reaches the command with its end, megabytes of it', async () => {
    await using t = await openEngineTest();
    const { id } = await idle(t);
    const input = Buffer.alloc(8 * 1024 * 1024, 'x');
    const command = ['python3', '-c', 'import sys; print(len(sys.stdin.read()))'];
    const { stdout } = await t.engine.execToEnd(id, { command, input }, t.signal);
    expect(stdout).toBe(`${input.length}\n`);
  });

  test('without input the command has an empty stdin', async () => {
    await using t = await openEngineTest();
    const { id } = await idle(t);
    expect(await t.engine.execToEnd(id, { command: ['cat'] }, t.signal)).toMatchObject({
      exitCode: 0,
      stdout: '',
    });
  });

  test('thousands of tiny writes arrive whole', async () => {
    await using t = await openEngineTest();
    const { id } = await idle(t);
    const program = 'import os\nfor _ in range(20_000): os.write(1, b".")';
    const { stdout } = await t.engine.execToEnd(
      id,
      { command: ['python3', '-c', program] },
      t.signal,
    );
    expect(stdout).toBe('.'.repeat(20_000));
  });

  test('a command that is not there', async () => {
    await using t = await openEngineTest();
    const { id } = await idle(t);
    await expect(
      t.engine.execToEnd(id, { command: ['no-such-program'] }, t.signal),
    ).rejects.toMatchObject({ code: 'DJ-COMMAND-NOT-FOUND' });
  });

  test('a command that itself exits with 127', async () => {
    await using t = await openEngineTest();
    const { id } = await idle(t);
    const result = await t.engine.execToEnd(id, { command: ['sh', '-c', 'nope'] }, t.signal);
    expect(result.exitCode).toBe(127);
  });

  test('a container that is gone, and one that has stopped', async () => {
    await using t = await openEngineTest();
    const { id } = await idle(t);
    const gone = t.engine.execToEnd('no-such-container', { command: ['ls'] }, t.signal);
    await expect(gone).rejects.toMatchObject({ code: 'DJ-CONTAINER-LOST' });
    const spec = {
      name: t.nameFor('stopped'),
      image: testImage,
      ownership: t.ownership('stopped'),
    };
    const created = await t.engine.createContainer({ ...spec, lifeline: 'none' }, t.signal);
    expect(created).not.toBe(id);
    const stopped = t.engine.execToEnd(created, { command: ['ls'] }, t.signal);
    await expect(stopped).rejects.toMatchObject({ code: 'DJ-CONTAINER-LOST' });
  });

  test('an abort rejects with its reason', async () => {
    await using t = await openEngineTest();
    const { id } = await idle(t);
    const aborter = new AbortController();
    const reason = new Error('Ctrl-C');
    setTimeout(() => aborter.abort(reason), 200);
    await expect(t.engine.execToEnd(id, { command: ['sleep', '60'] }, aborter.signal)).rejects.toBe(
      reason,
    );
  });
});

describeWithEngine('exec', () => {
  test('a terminal has a size that can change, and one stream', async () => {
    await using t = await openEngineTest();
    const { id } = await idle(t);
    const program =
      'import os,sys; input(); print(os.get_terminal_size()); print("e", file=sys.stderr)';
    const request = { command: ['python3', '-c', program], tty: true };
    await using session = await t.engine.exec(id, request, t.signal);
    await session.resize(132, 43);
    session.stdin.write('\n');
    const [stdout, stderr] = await Promise.all([text(session.stdout), text(session.stderr)]);
    expect(stdout).toContain('os.terminal_size(columns=132, lines=43)\r\ne\r\n');
    expect(stderr).toBe('');
    expect(await session.exited).toBe(0);
  });

  test('a reader that waits makes the command wait, and nothing is lost', async () => {
    await using t = await openEngineTest();
    const { id } = await idle(t);
    const command = ['python3', '-c', 'import sys; sys.stdout.write("x" * 20_000_000)'];
    await using session = await t.engine.exec(id, { command }, t.signal);
    session.stderr.resume();
    let bytes = 0;
    for await (const chunk of session.stdout) bytes += (chunk as Buffer).length;
    expect(bytes).toBe(20_000_000);
    expect(await session.exited).toBe(0);
  });

  test('disposal ends a command that reads stdin', async () => {
    await using t = await openEngineTest();
    const { id } = await idle(t);
    const session = await t.engine.exec(id, { command: ['python3', '-c', 'input()'] }, t.signal);
    await session[Symbol.asyncDispose]();
    const running =
      'import os; print(sum(b"input()" in open(f"/proc/{p}/cmdline","rb").read() for p in os.listdir("/proc") if p.isdigit() and int(p) != os.getpid()))';
    await expect
      .poll(
        async () =>
          (await t.engine.execToEnd(id, { command: ['python3', '-c', running] }, t.signal)).stdout,
        { timeout: 5_000 },
      )
      .toBe('0\n');
  });
});
