import { expect, test } from 'vitest';
import {
  bootCrashed,
  bootTimeout,
  checkBootBudget,
  commandNotFound,
} from '../../../../src/rehearse/checks/boot.ts';

const exit = { exitCode: 3, outOfMemory: false, error: undefined };

test('boot-crashed: exit code, time, last lines and what to do', () => {
  const lines = ['[INFO] Booting worker', "KeyError: 'STRIPE_KEY'", 'Worker failed to boot.'];
  expect(bootCrashed({ exit, ms: 812 }, lines)).toMatchInlineSnapshot(`
    {
      "code": "boot-crashed",
      "detail": "Its last lines:
      [INFO] Booting worker
      KeyError: 'STRIPE_KEY'
      Worker failed to boot.",
      "hint": "Production needs STRIPE_KEY. Declare it under app.env in djdev.yaml, with a value, from an env file, or with “generate: true”.",
      "level": "fail",
      "step": "boot",
      "title": "The production process ended with exit code 3 after 0.8 s.",
    }
  `);
});

test('boot-crashed: without memory, and without a word', () => {
  const { title, detail } = bootCrashed({ exit: { ...exit, outOfMemory: true }, ms: 2000 }, []);
  expect(title).toBe('The production process was killed for lack of memory after 2.0 s.');
  expect(detail).toBe('It wrote nothing.');
});

test('boot-crashed: a command that the engine cannot execute', () => {
  const finding = commandNotFound('exec: "gunicorn": executable file not found in $PATH');
  expect(finding).toMatchObject({
    code: 'boot-crashed',
    title: 'The production command cannot be executed.',
    hint: 'gunicorn is not in the image or not on its PATH. Install it, or correct the command.',
  });
});

const seen = { deadlineMs: 30_000, port: 8000 };

test('boot-timeout: bound to loopback only', () => {
  const sockets = [{ address: '127.0.0.1', port: 8000 }];
  expect(bootTimeout({ ...seen, sockets }, ['Listening'])).toMatchInlineSnapshot(`
    {
      "code": "boot-timeout",
      "detail": "The process listens on 127.0.0.1:8000: only from inside its container.
    Its last lines:
      Listening",
      "hint": "Bind to all addresses: 0.0.0.0:8000 instead of 127.0.0.1:8000.",
      "level": "fail",
      "step": "boot",
      "title": "Nothing answered on port 8000 within 30 s.",
    }
  `);
});

test.each([
  ['another port', [{ address: '0.0.0.0', port: 8080 }], 'Set the port of the process'],
  ['no answer', [{ address: '::', port: 8000 }], 'A worker may hang while it starts'],
  ['no port', [], 'It is still starting'],
  ['nobody could look', undefined, 'It is still starting'],
])('boot-timeout: %s', (_, sockets, hint) => {
  const finding = bootTimeout({ ...seen, sockets }, []);
  expect(finding.code).toBe('boot-timeout');
  expect(finding.hint.startsWith(hint)).toBe(true);
});

test('boot-over-budget: only later than the team allows', () => {
  expect(checkBootBudget(900, undefined)).toEqual([]);
  expect(checkBootBudget(900, 900)).toEqual([]);
  expect(checkBootBudget(1250.4, 900)).toMatchObject([
    {
      code: 'boot-over-budget',
      level: 'fail',
      title: 'The first healthy answer came after 1250 ms; the budget is 900 ms.',
    },
  ]);
});
