import { expect, test } from 'vitest';
import { parseLogLine } from '../../../../src/up/logs/parse-log-line.ts';
import { plainStyle } from '../../../../src/report/formats/style.ts';
import { formatLogRecord } from '../../../../src/terminal/log-line-view.ts';

function shown(text: string): readonly string[] | string {
  const line = parseLogLine(text);
  return line.type === 'record' ? formatLogRecord(line, plainStyle) : `${line.level}: ${line.text}`;
}

test('a record of python-json-logger', () => {
  const line =
    '{"asctime": "2026-01-31 12:00:00,123", "levelname": "WARNING", "name": "shop.orders", "message": "late", "order": 7, "user": null}';
  expect(shown(line)).toEqual(['12:00:00.123 WARNING  shop.orders late order=7']);
});

test('a record of structlog with a traceback', () => {
  const line = JSON.stringify({
    event: 'failed',
    level: 'error',
    timestamp: '2026-01-31T12:00:00.5Z',
    exception: 'Traceback (most recent call last):\n  File "a.py", line 1\nValueError: no\n',
  });
  expect(shown(line)).toEqual([
    '12:00:00.5 ERROR    failed',
    '  Traceback (most recent call last):',
    '    File "a.py", line 1',
    '  ValueError: no',
  ]);
});

test('levels may be numbers, and fields may be anything', () => {
  const line = '{"level": 30, "msg": "slow", "request": {"path": "/"}, "tags": ["a"]}';
  expect(shown(line)).toEqual(['WARNING  slow request={"path":"/"} tags=["a"]']);
});

test('control characters of an application do not reach the screen', () => {
  expect(shown('{"message": "a\\u001b[2Jb"}')).toEqual(['ab']);
});

test.each([
  ['{"a": 1}', 'undefined: {"a": 1}'],
  ['{not json}', 'undefined: {not json}'],
  [
    '[2026-01-31 12:00:00 +0000] [7] [ERROR] Worker died',
    'error: [2026-01-31 12:00:00 +0000] [7] [ERROR] Worker died',
  ],
  ['WARNING:root:careful', 'warning: WARNING:root:careful'],
  ['an INFORMATION desk', 'undefined: an INFORMATION desk'],
])('%s is no record', (text, wanted) => {
  expect(shown(text)).toBe(wanted);
});
