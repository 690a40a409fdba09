import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

test('nothing is said about other machines', async () => {
  const self = await readOwner();
  expect(await hasDied({ host: 'elsewhere', pid: 2 ** 22, startTicks: '1' }, self)).toBe(false);
});
