import { expect, test } from 'vitest';
import { createLineFilter, type LineFilter } from '../../../../src/up/logs/filter-lines.ts';
import { parseLogLine } from '../../../../src/up/logs/parse-log-line.ts';

const lines = [
  'listening',
  '[INFO] request /a',
  '[ERROR] request /b',
  'Traceback (most recent call last):',
  '  File "views.py", line 3, in b',
  'django.db.utils.OperationalError: gone',
  'listening again',
  '{"level": "warning", "message": "slow /a"}',
  '[DEBUG] detail',
];

function kept(filter: LineFilter): readonly string[] {
  const isShown = createLineFilter(filter);
  return lines.filter((line) => isShown(parseLogLine(line), line));
}

test('without a filter all lines are shown', () => {
  expect(kept({})).toEqual(lines);
});

test('a traceback goes with the line that it belongs to', () => {
  expect(kept({ level: 'error' })).toEqual(lines.slice(2, 6));
  expect(kept({ level: 'warning' })).toEqual([...lines.slice(2, 6), lines[7]]);
});

test('what says no level counts as info', () => {
  expect(kept({ level: 'info' })).toEqual(lines.slice(0, 8));
});

test('a pattern finds lines with their tracebacks', () => {
  expect(kept({ grep: /\/b/u })).toEqual(lines.slice(2, 6));
  expect(kept({ grep: /\/a/u })).toEqual([lines[1], lines[7]]);
  expect(kept({ grep: /\/a/u, level: 'warning' })).toEqual([lines[7]]);
});
