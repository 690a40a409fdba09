import { expect, test } from 'vitest';
import { checkFirstRequest, mayBeSlow } from '../../../../src/rehearse/checks/first-request.ts';
import { checkLoggedWarnings } from '../../../../src/rehearse/checks/logged-warnings.ts';
import {
  checkMemoryBudget,
  checkMemoryGrowth,
  isGrowing,
  type MemorySample,
} from '../../../../src/rehearse/checks/memory.ts';
import { checkBlindHealth } from '../../../../src/rehearse/checks/outage.ts';
import { checkProcess, type ProcessTrial } from '../../../../src/rehearse/checks/process-trial.ts';
import { describeProcesses } from '../../../../src/rehearse/checks/process-line.ts';
import { checkReplicas } from '../../../../src/rehearse/checks/replicas.ts';
import { checkServiceLoss } from '../../../../src/rehearse/checks/service-loss.ts';
import { explainStop } from '../../../../src/rehearse/checks/stop-hint.ts';
import {
  checkMaxRequests,
  checkSteadyWorkers,
} from '../../../../src/rehearse/checks/worker-settings.ts';

const samples = (...kilobytes: readonly number[]): readonly MemorySample[] =>
  kilobytes.map((kilo, index) => ({
    bytes: kilo * 1000,
    requests: index === 0 ? 0 : 50,
    processes: [{ pid: 1, command: ['gunicorn', 'shop.wsgi'], bytes: kilo * 1000 }],
  }));

test('memory-grows: only what every batch adds to', () => {
  expect(isGrowing(samples(50_000, 50_100))).toBe(false);
  expect(isGrowing(samples(50_000, 53_000))).toBe(true);
  const paths = ['/'];
  expect(checkMemoryGrowth(samples(50_000, 60_000, 61_000, 61_100, 61_100), paths, 0)).toEqual([]);
  const steps = samples(50_000, 60_000, 62_500, 65_000, 67_500);
  expect(checkMemoryGrowth(steps, paths, 0)).toMatchObject([
    { code: 'memory-grows', level: 'warn', title: expect.stringContaining('50 kB of memory') },
  ]);
  expect(checkMemoryGrowth(steps, paths, 1000)[0]?.detail).toContain('max_requests (1000)');
});

test('memory-over-budget: with the processes', () => {
  const [sample] = samples(90_000);
  if (sample === undefined) throw new Error('no sample');
  expect(checkMemoryBudget(sample, undefined)).toEqual([]);
  expect(checkMemoryBudget(sample, 100_000_000)).toEqual([]);
  expect(checkMemoryBudget(sample, 80_000_000)).toMatchObject([
    { code: 'memory-over-budget', detail: expect.stringContaining('PID 1: 90 MB gunicorn') },
  ]);
});

test('max-requests-without-jitter', () => {
  const settings = { maxRequests: 1000, maxRequestsJitter: 0, workers: 2 };
  expect(checkMaxRequests({ ...settings, maxRequests: 0 })).toEqual([]);
  expect(checkMaxRequests({ ...settings, maxRequestsJitter: 50 })).toEqual([]);
  expect(checkMaxRequests({ ...settings, workers: 1 })).toEqual([]);
  expect(checkMaxRequests(settings)[0]?.hint).toContain('--max-requests-jitter 100');
});

test('workers-restart: a worker that is gone, and lines that say so', () => {
  const before = [
    { pid: 1, command: ['gunicorn'] },
    { pid: 7, parent: 1, command: ['gunicorn'] },
  ];
  const after = [
    { pid: 1, command: ['gunicorn'] },
    { pid: 9, parent: 1, command: ['gunicorn'] },
  ];
  const log = ['[CRITICAL] WORKER TIMEOUT (pid:7)'];
  expect(checkSteadyWorkers({ before, after: before, seconds: 9, log })).toEqual([]);
  expect(checkSteadyWorkers({ before, after, seconds: 9, log: [] })).toEqual([]);
  expect(checkSteadyWorkers({ before, after: [], seconds: 9, log })).toEqual([]);
  expect(checkSteadyWorkers({ before, after, seconds: 9, log })[0]?.title).toBe(
    'In 9 s a worker ended by itself.',
  );
});

test('first-request-slow: not on a machine on which all is slow', () => {
  expect(mayBeSlow(1900, 500)).toBe(false);
  expect(mayBeSlow(2500, 6000)).toBe(false);
  expect(mayBeSlow(2500, 900)).toBe(true);
  expect(checkFirstRequest({ path: '/', firstMs: 2500, warmMs: 900 })).toEqual([]);
  expect(checkFirstRequest({ path: '/', firstMs: 2500, warmMs: 40 })[0]?.title).toBe(
    'The first user of / waits 2.5 s, the next 40 ms.',
  );
});

test('warnings-logged: those of the running code are warned of', () => {
  expect(checkLoggedWarnings(['GET / 200'])).toEqual([]);
  const old = '/app/x.py:1: DeprecationWarning: imp is gone';
  expect(checkLoggedWarnings([old, old])).toMatchObject([
    { level: 'pass', title: expect.stringContaining('a warning of Python') },
  ]);
  expect(
    checkLoggedWarnings([old, 'x.py:9: RuntimeWarning: coroutine was never awaited']),
  ).toMatchObject([{ level: 'warn', title: expect.stringContaining('never awaited') }]);
});

test('health-blind informs, where pages failed and the health URL did not', () => {
  const seen = { path: '/up/', status: 200, failedPages: ['/'], evidence: '' };
  expect(checkBlindHealth({ ...seen, status: 503 })).toEqual([]);
  expect(checkBlindHealth({ ...seen, failedPages: [] })).toEqual([]);
  expect(checkBlindHealth(seen)).toMatchObject([{ code: 'health-blind', level: 'pass' }]);
});

test('the loss of a service is the team’s to judge, its return is not', () => {
  const loss = {
    service: 'redis',
    pages: 2,
    failedPages: ['/'],
    slowestMs: 90,
    backMs: 300,
    serves: true,
    isPrompt: true,
    evidence: '',
  };
  expect(checkServiceLoss({ ...loss, failedPages: [] })).toEqual([]);
  expect(checkServiceLoss(loss)).toMatchObject([
    { code: 'service-loss-fails', level: 'pass', title: 'Without redis / fails.' },
  ]);
  expect(checkServiceLoss({ ...loss, isPrompt: false, backMs: 9000 })).toMatchObject([
    { code: 'service-recovery-slow', level: 'fail' },
  ]);
});

test('replicas-race: an end with an error, and what the database said', () => {
  const fine = { role: 'replica-1', exitCode: undefined, log: [] };
  const reason = 'django.db.utils.ProgrammingError: relation "stock_item" already exists';
  const broken = { role: 'replica-2', exitCode: 1, log: ['Traceback', reason] };
  expect(checkReplicas([fine, fine])).toEqual([]);
  expect(checkReplicas([fine, { ...broken, log: ['KeyError'] }])).toEqual([]);
  expect(checkReplicas([fine, broken])).toMatchObject([
    { code: 'replicas-race', level: 'warn', detail: expect.stringContaining(reason) },
  ]);
});

test('a job that is lost, one that will be done again, and one that is done', () => {
  const trial: ProcessTrial = {
    name: 'worker',
    signal: 'SIGTERM',
    graceMs: 10_000,
    processes: [
      { pid: 1, command: ['/bin/sh', '-c', 'celery -A shop worker'] },
      {
        pid: 7,
        parent: 1,
        command: ['/usr/bin/python3', '/usr/bin/celery', '-A', 'shop', 'worker'],
      },
    ],
    exit: { exitCode: 0, outOfMemory: false, error: undefined },
    ms: 900,
    job: { isAcknowledgedLate: false, isDone: true },
    log: [],
  };
  const codes = (changes: Partial<ProcessTrial>): readonly string[] =>
    checkProcess({ ...trial, ...changes }).map(({ code }) => code);
  expect(codes({})).toEqual([]);
  expect(codes({ job: { isAcknowledgedLate: true, isDone: false } })).toEqual([]);
  expect(codes({ job: undefined })).toEqual([]);
  const lost = { isAcknowledgedLate: false, isDone: false };
  expect(codes({ exit: undefined, job: lost })).toEqual(['process-killed', 'job-lost']);
  expect(checkProcess({ ...trial, exit: undefined, job: lost })[0]?.hint).toContain(
    'CMD ["celery", "-A", "shop", "worker"]',
  );
});

test('the line to write, by who stands before the server', () => {
  const server = {
    pid: 9,
    parent: 7,
    command: ['/venv/bin/python', '/venv/bin/gunicorn', 'a.wsgi'],
  };
  const shell = (pid: number, ...command: readonly string[]) => ({ pid, command });
  expect(explainStop([{ pid: 1, command: ['gunicorn'] }])).toBeUndefined();
  expect(explainStop([shell(1, 'sh', '-c', 'gunicorn a.wsgi'), server])).toContain(
    'CMD ["gunicorn", "a.wsgi"]',
  );
  expect(explainStop([shell(1, 'bash', './start.sh'), server])).toContain(
    'the last command of ./start.sh with “exec”: exec gunicorn a.wsgi',
  );
  const tree = [
    shell(1, '/usr/bin/tini', '--', './start.sh'),
    { ...shell(7, 'sh', './start.sh'), parent: 1 },
    server,
  ];
  expect(explainStop(tree)).toMatch(/^The init passes the signal to a shell/u);
  expect(describeProcesses(tree)).toEqual([
    'PID 1: /usr/bin/tini -- ./start.sh',
    '  PID 7: sh ./start.sh',
    '    PID 9: /venv/bin/python /venv/bin/gunicorn a.wsgi',
  ]);
});
