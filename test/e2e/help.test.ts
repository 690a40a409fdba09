import { expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { formatCommandHelp, formatHelp } from '../../src/cli/format-help.ts';
import { runDjdev } from '../support/spawn-djdev.ts';

test('help goes to stdout, with or without asking', async () => {
  for (const args of [[], ['--help'], ['help']]) {
    const { exitCode, stdout, stderr } = await runDjdev(args);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: formatHelp(), stderr: '' });
  }
});

test('every command has its own', async () => {
  for (const command of commands) {
    // Where everything behind the command is handed on, only the first word can be djdev's.
    const before = command.arguments?.handsOn === 'all' ? [] : ['--json'];
    const { exitCode, stdout } = await runDjdev([command.name, ...before, '--help']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: formatCommandHelp(command) });
  }
});

test('a Node that is too old is told so, before anything of it is needed', async () => {
  const pretend =
    "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'22.21.9'})";
  const env = { NODE_OPTIONS: `--import="${pretend}"` };
  const { exitCode, stdout, stderr } = await runDjdev(['--help'], { env });
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
  expect(stderr.replace(process.execPath, 'NODE')).toBe(
    'djdev needs Node 22.22 or newer; this is Node 22.21.9 (NODE).\n' +
      '→ Install a newer Node from https://nodejs.org, or with your version manager.\n',
  );
});
