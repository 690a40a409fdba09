import { expect, test } from 'vitest';
import {
  checkHealthcheck,
  healthcheckCommand,
} from '../../../../src/rehearse/checks/healthcheck.ts';

test('the command is what an engine would run', () => {
  expect(healthcheckCommand(undefined)).toBeUndefined();
  expect(healthcheckCommand(['NONE'])).toBeUndefined();
  expect(healthcheckCommand(['CMD', 'curl', '-f', 'http://x/'])).toEqual([
    'curl',
    '-f',
    'http://x/',
  ]);
  expect(healthcheckCommand(['CMD-SHELL', 'curl -f x || exit 1'])).toEqual([
    '/bin/sh',
    '-c',
    'curl -f x || exit 1',
  ]);
});

test('a check that fails where the application answers is told with its output', () => {
  const run = (exitCode: number) =>
    checkHealthcheck({ command: ['curl', 'x'], exitCode, stdout: '', stderr: 'no such program' });
  expect(run(0)).toEqual([]);
  expect(run(127)[0]?.title).toBe('The HEALTHCHECK calls a program that the image does not have.');
  expect(run(22)[0]?.detail).toBe('curl x: exit code 22\nno such program');
});
