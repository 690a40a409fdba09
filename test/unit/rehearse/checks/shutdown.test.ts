import { expect, test } from 'vitest';
import type { ProcessLine } from '../../../../src/rehearse/checks/process-line.ts';
import {
  checkShutdown,
  endedEarly,
  type Shutdown,
} from '../../../../src/rehearse/checks/shutdown.ts';

const gunicorn: ProcessLine = { pid: 1, command: ['gunicorn', 'config.wsgi'] };
const shell: ProcessLine = { pid: 1, command: ['/bin/sh', '-c', 'gunicorn config.wsgi'] };
const exited = (exitCode: number) => ({ exitCode, outOfMemory: false, error: undefined });

function check(shutdown: Partial<Shutdown>) {
  return checkShutdown({
    signal: 'SIGTERM',
    graceMs: 10_000,
    ms: 320,
    exit: exited(0),
    processes: [gunicorn],
    log: [],
    ...shutdown,
  });
}

test('a clean end is nothing to report', () => {
  expect(check({})).toEqual([]);
});

test('shutdown-killed: a shell as PID 1', () => {
  const processes = [shell, { pid: 7, parent: 1, command: ['gunicorn', 'config.wsgi'] }];
  expect(check({ exit: undefined, ms: 10_003.4, processes })).toMatchInlineSnapshot(`
    [
      {
        "code": "shutdown-killed",
        "detail": "It was killed, as a platform would do: requests under way are lost, and every deploy takes that long.
    PID 1: /bin/sh -c gunicorn config.wsgi
      PID 7: gunicorn config.wsgi",
        "hint": "PID 1 is a shell, and a shell does not pass signals on. Write CMD as a JSON array: CMD ["gunicorn", "config.wsgi"]",
        "level": "fail",
        "measurement": {
          "name": "time to end",
          "unit": "ms",
          "value": 10003,
        },
        "step": "shutdown",
        "title": "The production process did not end within 10 s of SIGTERM.",
      },
    ]
  `);
});

test.each([
  [
    [
      { pid: 1, command: ['/usr/bin/tini', '--'] },
      { ...shell, pid: 7 },
    ],
    'The init passes the signal',
  ],
  [
    [{ pid: 1, command: ['python', 'manage.py', 'runserver'] }],
    'runserver is no production server',
  ],
  [[gunicorn], 'The process got SIGTERM and went on.'],
  [[], 'The process got SIGTERM and went on.'],
])('shutdown-killed: %j', (processes, hint) => {
  const [finding] = check({ exit: undefined, processes });
  expect(finding).toMatchObject({ code: 'shutdown-killed', level: 'fail' });
  expect(finding?.hint.startsWith(hint)).toBe(true);
});

test.each([
  [143, 'warn', '143 is 128 + 15: the signal itself ended it'],
  [137, 'fail', '137 is 128 + SIGKILL: it was killed while it was ending.'],
  [1, 'fail', '0 means a clean end. 1 is an error'],
] as const)('shutdown-exit-code: %i', (exitCode, level, meaning) => {
  const [finding] = check({ exit: exited(exitCode), log: ['Traceback'] });
  expect(finding).toMatchObject({ code: 'shutdown-exit-code', level });
  expect(finding?.detail.startsWith(meaning)).toBe(true);
  expect(
    finding?.detail.endsWith('PID 1: gunicorn config.wsgi\nIts last lines:\n  Traceback'),
  ).toBe(true);
});

test('shutdown-exit-code: a process that ended before it was asked to', () => {
  expect(endedEarly(exited(1), ['MemoryError'])).toMatchObject({
    code: 'shutdown-exit-code',
    level: 'fail',
    title: 'The production process ended by itself with exit code 1.',
  });
});
