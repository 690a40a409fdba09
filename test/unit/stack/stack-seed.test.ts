import { readFile, stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { deriveSecret, readStackSeed } from '../../../src/stack/stack-seed.ts';
import { withProject } from '../../support/with-project.ts';

test('a seed is made once, for its owner alone, also by several at the same moment', async () => {
  await using home = await withProject({});
  const read = (): Promise<string> => readStackSeed('shop-1', { XDG_STATE_HOME: home.root });
  const seeds = await Promise.all([read(), read(), read()]);
  expect(new Set([...seeds, await read()]).size).toBe(1);
  const file = `${home.root}/djdev/shop-1.seed`;
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).toBe(seeds[0]);
  expect(await readStackSeed('shop-2', { XDG_STATE_HOME: home.root })).not.toBe(seeds[0]);
});

test('secrets of one seed are stable, long, and differ by purpose', () => {
  const secret = deriveSecret('seed', 'variable SECRET_KEY');
  expect(deriveSecret('seed', 'variable SECRET_KEY')).toBe(secret);
  expect(secret).toMatch(/^[\w-]{64}$/);
  expect(deriveSecret('seed', 'service postgres')).not.toBe(secret);
  expect(deriveSecret('other', 'variable SECRET_KEY')).not.toBe(secret);
});

test('a directory that cannot be used is an error that names it', async () => {
  await using home = await withProject({ djdev: 'a file' });
  const reading = readStackSeed('shop-1', { XDG_STATE_HOME: home.root });
  await expect(reading).rejects.toMatchObject({ code: 'DJ-STATE', exitCode: 3 });
  await expect(reading).rejects.toThrow(`${home.root}/djdev/shop-1.seed`);
});
