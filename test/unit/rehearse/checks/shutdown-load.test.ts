import { expect, test } from 'vitest';
import {
  checkStopLoad,
  type LoadedStop,
  type StopLoad,
} from '../../../../src/rehearse/checks/shutdown-load.ts';
import {
  checkStopArithmetic,
  checkStopTime,
} from '../../../../src/rehearse/checks/stop-arithmetic.ts';

const load = (changes: Partial<StopLoad>): StopLoad => ({
  sent: 30,
  underWay: 2,
  open: 8,
  answered: 8,
  errors: 0,
  served: 0,
  refused: 20,
  ...changes,
});

function check(changes: Partial<StopLoad>, stop: Partial<LoadedStop> = {}) {
  return checkStopLoad({
    signal: 'SIGTERM',
    load: load(changes),
    processes: [{ pid: 1, command: ['gunicorn', 'shop.wsgi'] }],
    isGunicorn: true,
    evidence: 'curl …',
    platformWithoutDrain: undefined,
    ...stop,
  });
}

test('all answered is nothing to report', () => {
  expect(check({})).toEqual([]);
});

test('shutdown-drops-requests: fewer answers than requests at work', () => {
  const [finding] = check({ answered: 1 });
  expect(finding).toMatchObject({
    code: 'shutdown-drops-requests',
    level: 'fail',
    title: 'SIGTERM drops a request that is under way.',
    measurement: { value: 1 },
  });
  expect(finding?.detail).toBe(
    'At the signal 8 requests had no answer yet, 2 of them at work in the database; ' +
      '1 were answered, 0 got a 5xx, 7 none; of 20 later ones 20 were refused.\n' +
      'PID 1: gunicorn shop.wsgi\ncurl …',
  );
});

test('shutdown-quick-signal: gunicorn alone takes SIGINT for that', () => {
  expect(check({ answered: 0 }, { signal: 'SIGINT' })[0]?.code).toBe('shutdown-quick-signal');
  expect(check({ answered: 0 }, { signal: 'SIGINT', isGunicorn: false })[0]?.code).toBe(
    'shutdown-drops-requests',
  );
});

test('shutdown-resets-queue: warned of where nothing drains first', () => {
  expect(check({ answered: 2 })).toMatchObject([
    { code: 'shutdown-resets-queue', level: 'pass', measurement: { value: 6 } },
  ]);
  expect(check({ answered: 2 }, { platformWithoutDrain: 'heroku' })).toMatchObject([
    { code: 'shutdown-resets-queue', level: 'warn' },
  ]);
});

test('without requests held at work nothing is said of the others', () => {
  const { underWay: _, ...unknown } = load({ answered: 0 });
  expect(check({}, { load: unknown })).toEqual([]);
});

test('grace-too-short: only what somebody chose', () => {
  const stop = { graceMs: 10_000, graceFrom: '“docker stop”', option: '--graceful-timeout' };
  expect(checkStopArithmetic({ ...stop, patienceMs: 30_000, isChosen: false })).toEqual([]);
  expect(checkStopArithmetic({ ...stop, patienceMs: 8000, isChosen: true })).toEqual([]);
  expect(checkStopArithmetic({ ...stop, patienceMs: undefined, isChosen: true })).toEqual([]);
  expect(checkStopArithmetic({ ...stop, patienceMs: 30_000, isChosen: true })).toMatchObject([
    {
      code: 'grace-too-short',
      level: 'warn',
      hint: expect.stringMatching(/^--graceful-timeout 8,/),
    },
  ]);
});

test('shutdown-slow: more than half of the grace, and more than a busy machine', () => {
  const stop = { ms: 5100, bootMs: 900, graceMs: 10_000, signal: 'SIGTERM' };
  expect(checkStopTime({ ...stop, ms: 4900 })).toEqual([]);
  expect(checkStopTime({ ...stop, ms: 2900, graceMs: 2000 })).toEqual([]);
  expect(checkStopTime({ ...stop, bootMs: 6000 })).toEqual([]);
  expect(checkStopTime(stop)).toMatchObject([
    { code: 'shutdown-slow', title: expect.stringContaining('5.1 s of its 10 s') },
  ]);
});
