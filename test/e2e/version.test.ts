import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { runDjdev } from '../support/spawn-djdev.ts';

test('the version is that of the package', async () => {
  const file = new URL('../../package.json', import.meta.url);
  const { version }: { version: string } = JSON.parse(await readFile(file, 'utf8'));
  for (const flag of ['--version', '-V']) {
    const { exitCode, stdout, stderr } = await runDjdev([flag]);
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
  }
});
