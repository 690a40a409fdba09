import { expect, test } from 'vitest';
import { checkInput } from '../../../src/mcp/check-input.ts';
import { mcpTools } from '../../../src/mcp/tools.ts';

function ask(name: string, input: unknown): readonly string[] | string {
  const tool = mcpTools.find((one) => one.name === name);
  if (tool === undefined) throw new Error(`There is no ${name}.`);
  const checked = checkInput(tool.input, input);
  return typeof checked === 'string' ? checked : tool.commandLine(checked);
}

test.each([
  ['status', undefined, ['ps', '--json']],
  ['logs', {}, ['logs', '--tail=100', '--color=never']],
  [
    'logs',
    { process: 'web', lines: 5, level: 'error', grep: '--follow', since: '10m' },
    ['logs', '--tail=5', '--color=never', '--level=error', '--grep=--follow', '--since=10m', 'web'],
  ],
  ['findings', {}, ['report', 'show', '--json']],
  ['explain', { code: 'boot-crash' }, ['explain', 'boot-crash', '--json']],
  ['reload', { process: 'worker' }, ['restart', '--json', 'worker']],
  ['smoke', {}, ['smoke', '--json', '--progress=quiet']],
  ['rehearse', { only: 'image' }, ['rehearse', '--json', '--progress=json', '--only=image']],
])('%s %j', (name, input, words) => {
  expect(ask(name, input)).toEqual(words);
});

test.each([
  ['status', [], 'The input must be an object.'],
  ['status', { all: true }, 'There is no input “all”.'],
  ['logs', { process: '-f' }, '“process” does not fit ^[a-z][a-z0-9_-]*$.'],
  ['logs', { process: 'web; id' }, '“process” does not fit ^[a-z][a-z0-9_-]*$.'],
  ['logs', { lines: 0 }, '“lines” must be from 1 to 1000.'],
  ['logs', { lines: '5' }, '“lines” must be a whole number.'],
  ['logs', { level: 'loud' }, '“level” must be one of debug, info, warning, error, critical.'],
  ['logs', { grep: 'x'.repeat(201) }, '“grep” must not be longer than 200 characters.'],
  ['explain', {}, '“code” is missing.'],
  ['explain', { code: '--json' }, '“code” does not fit ^[A-Za-z][A-Za-z0-9-]*$.'],
])('%s %j is refused', (name, input, problem) => {
  expect(ask(name, input)).toBe(problem);
});
