import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { commands } from '../../../src/cli/commands.ts';
import { environmentName, formatFlags, optionTable } from '../../../src/cli/options.ts';

test('docs/cli.md has every command and every option', async () => {
  const page = await readFile(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
  const rows = optionTable.map(
    (option) => `| \`${formatFlags(option)}\` | \`${environmentName(option)}\` |`,
  );
  const wanted = [...commands.map(({ name }) => `djdev ${name} `), ...rows];
  expect(wanted.filter((text) => !page.includes(text))).toEqual([]);
  const documented = [...page.matchAll(/^\| `[^`]+` \| `DJDEV_/gm)];
  expect(documented.length).toBe(optionTable.length);
});
