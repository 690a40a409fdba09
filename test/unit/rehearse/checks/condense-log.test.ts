import { expect, test } from 'vitest';
import { condenseLogLine } from '../../../../src/rehearse/checks/condense-log.ts';

test('of a structured record the words, and the end of its traceback', () => {
  const record = {
    timestamp: '2026-11-22T15:29:06Z',
    level: 'error',
    logger: 'django.request',
    message: 'Internal Server Error: /',
    exc_info:
      'Traceback (most recent call last):\n  File "a.py", line 1, in a\n    b()\n    ~^^\n' +
      '  File "b.py", line 2, in b\n    c()\n    ~^^\nValueError: no\n',
    request_id: '888c',
  };
  expect(condenseLogLine(JSON.stringify(record))).toEqual([
    'ERROR django.request: Internal Server Error: /',
    '    File "a.py", line 1, in a',
    '      b()',
    '    File "b.py", line 2, in b',
    '      c()',
    '  ValueError: no',
  ]);
});

test('names of other formatters are known, too', () => {
  const record = { levelname: 'WARNING', event: 'slow' };
  expect(condenseLogLine(JSON.stringify(record))).toEqual(['WARNING slow']);
});

test('other lines as they are, long ones cut', () => {
  expect(condenseLogLine('[INFO] Booting worker')).toEqual(['[INFO] Booting worker']);
  expect(condenseLogLine('{"status": 200}')).toEqual(['{"status": 200}']);
  expect(condenseLogLine('{not json')).toEqual(['{not json']);
  expect(condenseLogLine('x'.repeat(500))[0]).toHaveLength(241);
});
