import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { defuseCommands, formatCommand } from '../../../../src/report/formats/workflow-commands.ts';
import { readWorkflowCommand } from '../../../support/read-workflow-commands.ts';
import { hostileText } from '../../../support/sample-runs.ts';

function isCommand(line: string): boolean {
  return readWorkflowCommand(line) !== undefined;
}

const hostile = [
  ...hostileText.split('\n'),
  '::error::x',
  '\u00ad::add-mask::x',
  ':\u200b:error::x',
  '\u3000::error::x',
  'log ##[group]x',
  '#\u200d#[error]x',
  '{"line":"##[error]x"}',
  '::::::error::x',
  '\u001b::error::x',
];

test.each(hostile)('no runner reads %j as a command', (line) => {
  expect(defuseCommands(line).split('\n').filter(isCommand)).toEqual([]);
});

test('the parser of this test sees commands where there are some', () => {
  expect(hostile.filter(isCommand).length).toBeGreaterThan(8);
});

test('no text at all becomes a command', () => {
  const unit = string({ unit: 'binary', maxLength: 40 });
  assert(
    property(unit, unit, (before, after) => {
      const text = defuseCommands(`${before}::error::${after}##[error]`);
      return text.split('\n').every((line) => !isCommand(line));
    }),
    { numRuns: 200 },
  );
});

test('JSON stays the same JSON', () => {
  const value = { line: '##[error] ::error::', other: '##vso[task.x]' };
  const text = defuseCommands(JSON.stringify(value));
  expect(JSON.parse(text)).toEqual(value);
  expect(isCommand(text)).toBe(false);
});

test('ordinary output stays as it is', () => {
  const text = '[boot] ✓ a::b 12:00 # title ## [x]\n\u001b[31mred\u001b[39m\tübung\n';
  expect(defuseCommands(text)).toBe(text);
});

test('a command is escaped as the runner unescapes it', () => {
  const command = formatCommand(
    'error',
    { file: 'a,b:c.py', line: 3, col: undefined },
    '50%\nnext',
  );
  expect(command).toBe('::error file=a%2Cb%3Ac.py,line=3::50%25%0Anext\n');
  expect(formatCommand('stop-commands', {}, 'token')).toBe('::stop-commands::token\n');
});
