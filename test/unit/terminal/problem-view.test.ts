import { expect, test } from 'vitest';
import { plainStyle } from '../../../src/report/formats/style.ts';
import { formatProblems, type ShownProblem } from '../../../src/terminal/problem-view.ts';

const problem = (role: string, message: string): ShownProblem => ({
  roles: [role],
  message,
  detail: ['  File "a.py", line 3'],
  fix: 'Mend it and save.',
});

test('the same problem of two processes is shown once', () => {
  const lines = formatProblems([problem('web', 'bad'), problem('worker', 'bad')], plainStyle, {
    columns: 41,
    rows: 30,
  });
  expect(lines).toEqual([
    '─'.repeat(40),
    '✗ web, worker: bad',
    '    File "a.py", line 3',
    '  → Mend it and save.',
  ]);
});

test('each line takes one row, whatever is in it', () => {
  const size = { columns: 30, rows: 30 };
  const text = 'first\nsecond \u001B[2J\u0007and a lot more than there is room for';
  const lines = formatProblems([problem('web', text)], plainStyle, size);
  expect(lines[1]).toBe('✗ web: first second and a lo…');
  for (const line of lines) expect(line.length).toBeLessThan(30);
});

test('takes a third of the screen at most, and says how much is missing', () => {
  const problems = ['a', 'b', 'c', 'd', 'e'].map((message) => problem('web', message));
  const lines = formatProblems(problems, plainStyle, { columns: 80, rows: 24 });
  expect(lines.length).toBe(8);
  expect(lines.at(-1)).toBe('  and 9 more lines');
});

test('nothing wrong, nothing shown', () => {
  expect(formatProblems([], plainStyle, { columns: 80, rows: 24 })).toEqual([]);
});
