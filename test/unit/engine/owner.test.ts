import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { formatOwner, hasDied, parseOwner, readOwner } from '../../../src/engine/owner.ts';

test('an owner survives the way through its text', async () => {
  const self = await readOwner();
  expect(parseOwner(formatOwner(self))).toEqual(self);
});

test.each(['', 'laptop', 'laptop:1', 'laptop:x:1', 'laptop:1:'])('"%s" is no owner', (text) => {
  expect(parseOwner(text)).toBeUndefined();
});

test('this process lives', async () => {
  const self = await readOwner();
  expect(await hasDied(self, self)).toBe(false);
});

test('a process that has ended is dead', async () => {
  const self = await readOwner();
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  const pid = child.pid ?? 0;
  await once(child, 'exit');
  expect(await hasDied({ ...self, pid, startTicks: '1' }, self)).toBe(true);
});

test.runIf(process.platform === 'linux')(
  'another process with the same id is not the owner',
  async () => {
    const self = await readOwner();
    expect(await hasDied({ ...self, startTicks: '1' }, self)).toBe(true);
  },
);

test.runIf(process.platform === 'linux')(
  'a killed process that nobody asked about is dead',
  async () => {
    const self = await readOwner();
    // `sleep 5` takes the shell's place and never asks for the exit code of its child.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 5'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    const statOf = async (): Promise<string> => await readFile(`/proc/${pid}/stat`, 'utf8');
    await expect.poll(statOf).toContain(') Z ');
    const startTicks = (await statOf()).split(' ')[21] ?? '';
    expect(await hasDied({ ...self, pid, startTicks }, self)).toBe(true);
    parent.kill('SIGKILL');
  },
);

test('nothing is said about other machines', async () => {
  const self = await readOwner();
  expect(await hasDied({ host: 'elsewhere', pid: 2 ** 22, startTicks: '1' }, self)).toBe(false);
});
