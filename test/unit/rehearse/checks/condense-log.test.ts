import { expect, test } from 'vitest';
import { condenseLog } from '../../../../src/rehearse/checks/condense-log.ts';

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
  expect(condenseLog([JSON.stringify(record)])).toEqual([
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
  expect(condenseLog([JSON.stringify(record)])).toEqual(['WARNING slow']);
});

test('other lines as they are, long ones cut', () => {
  expect(condenseLog(['[INFO] Booting worker'])).toEqual(['[INFO] Booting worker']);
  expect(condenseLog(['{"status": 200}'])).toEqual(['{"status": 200}']);
  expect(condenseLog(['{not json'])).toEqual(['{not json']);
  expect(condenseLog(['x'.repeat(500)])[0]).toHaveLength(241);
});

test('of a traceback the frames in the project, and how many others there are', () => {
  const lines = [
    '[7] [ERROR] Exception in worker process',
    'Traceback (most recent call last):',
    '  File "/usr/local/lib/python3.13/site-packages/gunicorn/util.py", line 370, in import_app',
    '    mod = importlib.import_module(module)',
    '  File "<frozen importlib._bootstrap>", line 1387, in _gcd_import',
    '  File "/app/kiosk/wsgi.py", line 5, in <module>',
    '    dsn = os.environ["SENTRY_DSN"]',
    '          ~~~~~~~~~~^^^^^^^^^^^^^^',
    '  File "<frozen os>", line 717, in __getitem__',
    "KeyError: 'SENTRY_DSN'",
  ];
  expect(condenseLog(lines)).toEqual([
    '[7] [ERROR] Exception in worker process',
    'Traceback (most recent call last):',
    '  … 2 frames in libraries',
    '  File "/app/kiosk/wsgi.py", line 5, in <module>',
    '    dsn = os.environ["SENTRY_DSN"]',
    '          ~~~~~~~~~~^^^^^^^^^^^^^^',
    '  … 1 frame in libraries',
    "KeyError: 'SENTRY_DSN'",
  ]);
});

test('a traceback that is cut begins with its first whole frame', () => {
  const lines = [
    '    response = get(request)',
    '  File "/app/urls.py", line 7, in health',
    '    no()',
  ];
  expect(condenseLog(lines)).toEqual(['  File "/app/urls.py", line 7, in health', '    no()']);
  expect(condenseLog(['    indented output', 'done'])).toEqual(['    indented output', 'done']);
});
