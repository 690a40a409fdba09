import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Checkout } from '../support/checkout.ts';
import { describeWithEngine } from '../support/engine.ts';
import { startDjdev } from '../support/spawn-djdev.ts';
import { openUpKiosk, upManifest } from '../support/up-kiosk.ts';

const djdev = fileURLToPath(new URL('../../bin/djdev.js', import.meta.url));

describeWithEngine('commands around a running stack', () => {
  let kiosk: Checkout;
  beforeAll(async () => {
    kiosk = await openUpKiosk();
    expect((await kiosk.run(['up', '-d', '--migrate'])).exitCode).toBe(0);
  });
  afterAll(async () => {
    await kiosk[Symbol.asyncDispose]();
  });

  /** With something to read, as a pipe gives it. */
  const feed = async (args: readonly string[], input: string, cwd = kiosk.root) => {
    const child = spawn(process.execPath, [djdev, ...args], { cwd });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.resume();
    child.stdin.end(input);
    const [exitCode] = (await once(child, 'close')) as [number];
    return { exitCode, stdout };
  };

  test('exit codes, streams and arguments pass untouched', async () => {
    const script = 'echo out; echo err >&2; exit 37';
    for (const command of [['exec', 'web'], ['run']]) {
      const result = await kiosk.run([...command, 'sh', '-c', script]);
      expect([result.exitCode, result.stdout, result.stderr]).toEqual([37, 'out\n', 'err\n']);
    }
    const { stdout } = await kiosk.run([
      'exec',
      'web',
      'printf',
      '%s|',
      '-v',
      '--',
      'a b',
      '$HOME',
    ]);
    expect(stdout).toBe('-v|--|a b|$HOME|');
  });

  test('input is read to its end, without a terminal', async () => {
    const text = 'line\n'.repeat(50_000);
    expect((await feed(['exec', 'web', 'wc', '-l'], text)).stdout.trim()).toBe('50000');
    expect((await feed(['run', 'wc', '-l'], text)).stdout.trim()).toBe('50000');
    expect(await feed(['psql', '-qAt'], 'SELECT count(*) FROM stock_item;\n')).toEqual({
      exitCode: 0,
      stdout: '3\n',
    });
    expect((await feed(['exec', 'web', 'tty'], '')).stdout).toBe('not a tty\n');
  });

  test('the directory of the container is the one the person is in', async () => {
    const inside = (args: readonly string[]) => feed(args, '', `${kiosk.root}/stock`);
    expect((await inside(['exec', 'web', 'pwd'])).stdout).toBe('/app/stock\n');
    expect((await inside(['run', 'pwd'])).stdout).toBe('/app/stock\n');
    expect((await inside(['manage', 'check'])).stdout).toContain('no issues');
  });

  test('manage and test hand on everything, and the exit code', async () => {
    const passed = await kiosk.run(['test', '-v', '2', 'stock']);
    expect({ exitCode: passed.exitCode, ok: /^OK$/m.test(passed.stderr) }).toEqual({
      exitCode: 0,
      ok: true,
    });
    expect((await kiosk.run(['manage', 'no_such_command'])).exitCode).toBe(1);
    const shell = await feed(['shell'], 'print("from", "shell")\n');
    expect(shell.stdout).toContain('from shell');
  });

  test.each(['exec', 'run'])('%s: a signal reaches the program', async (name) => {
    const program = `
import signal, sys, time
signal.signal(signal.SIGINT, lambda *_: sys.exit(9))
print("ready", flush=True)
time.sleep(30)`;
    const words = name === 'exec' ? ['exec', 'web'] : ['run'];
    await using running = startDjdev([...words, 'python', '-c', program], { cwd: kiosk.root });
    await running.waitForLine(/^ready$/);
    running.child.kill('SIGINT');
    expect((await running.exited).exitCode).toBe(9);
  });

  test('a signal reaches a program in an image without Python', async () => {
    // The image that stands in for postgres has one.
    const remove = 'rm -f $(command -v python3); ! command -v python3';
    const removed = await kiosk.run(['exec', '-u', 'root', 'postgres', 'sh', '-c', remove]);
    expect(removed.exitCode).toBe(0);
    const program = 'trap "exit 7" INT; echo ready; while :; do sleep 0.1; done';
    const words = ['exec', 'postgres', 'sh', '-c', program];
    await using running = startDjdev(words, { cwd: kiosk.root });
    await running.waitForLine(/^ready$/);
    running.child.kill('SIGINT');
    expect((await running.exited).exitCode).toBe(7);
  });

  test('what a command writes is here when it ends, in a stack that nobody watches', async () => {
    const write = (name: string) => `echo made > stock/${name}`;
    const made = await kiosk.run(['exec', '-u', 'root', 'web', 'sh', '-c', write('executed.txt')]);
    expect(made).toMatchObject({ exitCode: 0, stdout: '' });
    expect(made.stderr).toMatch(/← run: stock\/executed\.txt came back/);
    await kiosk.run(['run', '-u', 'root', 'sh', '-c', write('ran.txt')]);
    for (const name of ['executed.txt', 'ran.txt']) {
      expect(await readFile(`${kiosk.root}/stock/${name}`, 'utf8')).toBe('made\n');
    }
    // What was edited since is not sent to a container that somebody looks into, and stays here.
    await kiosk.write('stock/executed.txt', 'edited\n');
    const append = 'cat stock/executed.txt; echo more >> stock/executed.txt';
    const other = await kiosk.run(['exec', '-u', 'root', 'web', 'sh', '-c', append]);
    expect(other.stdout).toBe('made\n');
    expect(other.stderr).toMatch(/stock\/executed\.txt was changed here and in the container/);
    expect(await readFile(`${kiosk.root}/stock/executed.txt`, 'utf8')).toBe('edited\n');
    for (const name of ['executed.txt', 'ran.txt']) await rm(`${kiosk.root}/stock/${name}`);
    await kiosk.run(['exec', '-u', 'root', 'web', 'rm', 'stock/executed.txt']);
  });

  test('logs are shown for people, filtered, and none is lost over a restart', async () => {
    const errors = await kiosk.run(['logs', '--level', 'error', '--tail', '50', 'worker']);
    expect(errors.stdout).toMatch(/^(worker \| ERROR {4}tick \d+\n)+$/);
    const found = await kiosk.run(['logs', '--grep', 'tick 7"', 'worker']);
    expect(found.stdout).toMatch(/^(worker \| INFO {5}tick 7\n)+$/);
    await using following = startDjdev(['logs', '-f', '-n', '1', 'worker'], { cwd: kiosk.root });
    await following.waitForLine(/tick \d+/);
    await kiosk.run(['restart', 'worker']);
    await following.waitForLine(/ tick 30$/);
    following.child.kill('SIGINT');
    const { stdout } = await following.exited;
    const ticks = [...stdout.matchAll(/tick (\d+)$/gm)].map(([, n]) => Number(n));
    const steps = ticks.slice(1).map((tick, index) => tick - (ticks[index] ?? 0));
    // One after the other; only the restart counts from one again.
    const jumps = steps.filter((step) => step !== 1);
    expect(jumps.length).toBe(1);
    expect(ticks[steps.findIndex((step) => step !== 1) + 1]).toBe(1);
  });

  test('errors name what is meant', async () => {
    const unknown = await kiosk.run(['logs', 'wrker']);
    expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining('worker?')]);
    await kiosk.run(['stop', 'worker']);
    const stopped = await kiosk.run(['exec', 'worker', 'true']);
    expect([stopped.exitCode, stopped.stderr]).toEqual([
      3,
      expect.stringContaining('DJ-STACK-DOWN'),
    ]);
    expect((await kiosk.run(['start', 'worker'])).stdout).toBe('Started worker.\n');
    expect((await kiosk.run(['open'])).stdout).toMatch(/^http:\/\/localhost:\d+\/\n$/);
  });

  test('a manifest that cannot be read keeps nobody from what runs', async () => {
    const secret = await kiosk.run(['exec', 'web', 'printenv', 'POSTGRES_PASSWORD']);
    await kiosk.run(['exec', 'web', 'sh', '-c', 'echo "$POSTGRES_PASSWORD" > /proc/1/fd/1']);
    await kiosk.write('djdev.yaml', 'name: [');
    const run = await kiosk.run(['exec', 'web', 'sh', '-c', 'echo out; exit 7']);
    expect([run.exitCode, run.stdout]).toEqual([7, 'out\n']);
    expect(run.stderr).toContain(`What belongs to ${kiosk.root} is found by its path.`);
    const logs = await kiosk.run(['logs', 'web']);
    expect(logs.exitCode).toBe(0);
    expect(logs.stdout).toContain('[redacted]');
    expect(logs.stdout).not.toContain(secret.stdout.trim());
    const unknown = await kiosk.run(['logs', 'wrker']);
    expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining('worker?')]);
    expect((await kiosk.run(['stop', 'worker'])).stdout).toBe('Stopped worker.\n');
    await kiosk.write('djdev.yaml', upManifest);
    expect((await kiosk.run(['start', 'worker'])).stdout).toBe('Started worker.\n');
  });

  test('secrets are in no output but what is asked for', async () => {
    const secret = (
      await kiosk.run(['exec', 'web', 'printenv', 'POSTGRES_PASSWORD'])
    ).stdout.trim();
    expect(secret).toMatch(/^[\w-]{64}$/);
    await kiosk.run(['exec', 'web', 'sh', '-c', 'echo "$POSTGRES_PASSWORD" > /proc/1/fd/1']);
    const outputs = await Promise.all(
      [
        ['logs', 'web'],
        ['ps', '--json'],
        ['up', '--plan', '--json'],
        ['up', '-d', '-v'],
      ].map((args) => kiosk.run(args)),
    );
    expect(outputs.map(({ stdout, stderr }) => (stdout + stderr).includes(secret))).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(outputs[0]?.stdout).toContain('[redacted]');
  });
});
