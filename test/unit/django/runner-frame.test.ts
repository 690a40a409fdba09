import { expect, test } from 'vitest';
import {
  formatCancelRequest,
  formatRunRequest,
  parseRunnerFrame,
} from '../../../src/django/runner-frame.ts';

test('asks in one line, whatever the arguments hold', () => {
  const line = formatRunRequest(7, { argv: ['shell', '-c', 'print("a\nb")'], probe: 'x\ny' });
  expect(line.indexOf('\n')).toBe(line.length - 1);
  expect(JSON.parse(line)).toEqual({
    type: 'run',
    id: 7,
    argv: ['shell', '-c', 'print("a\nb")'],
    manage: null,
    probe: 'x\ny',
    options: {},
  });
  expect(JSON.parse(formatCancelRequest(7))).toEqual({ type: 'cancel', id: 7 });
});

test.each([
  '{"type": "line", "id": 1, "stream": "stdout", "text": "Applying a.0001"}',
  '{"type": "event", "id": 1, "event": {"type": "plan", "migrations": []}}',
  '{"type": "exit", "id": 1, "code": 137, "signal": 9}',
])('reads %s', (line) => {
  expect(parseRunnerFrame(line)).toEqual(JSON.parse(line));
});

test.each([
  'Traceback (most recent call last):',
  '{"type": "exit", "id": "1", "code": 0, "signal": null}',
  '{"type": "other"}',
  '{"type": "line"',
  'null',
])('takes %s for no frame', (line) => {
  expect(parseRunnerFrame(line)).toBeUndefined();
});
