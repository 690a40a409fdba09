import { expect, test } from 'vitest';
import {
  checkDatabaseRestart,
  checkWorkerKilled,
  chooseWorker,
  type Recovery,
} from '../../../../src/rehearse/checks/recovery.ts';

const recovery = (changes: Partial<Recovery>): Recovery => ({
  sent: 12,
  failed: 0,
  lasting: false,
  evidence: 'curl …',
  ...changes,
});

test('a restart that nobody notices is no finding', () => {
  expect(checkDatabaseRestart(recovery({}))).toEqual([]);
  expect(checkDatabaseRestart(recovery({ failed: 2 }))[0]?.title).toBe(
    'After a restart of the database 2 requests fail.',
  );
  expect(checkDatabaseRestart(recovery({ failed: 12, lasting: true }))[0]?.title).toBe(
    'After a restart of the database the application does not serve again.',
  );
});

test('the request of a killed worker may fail, the next ones may not', () => {
  const worker = { pid: 7, command: ['gunicorn', 'shop.wsgi'] };
  expect(checkWorkerKilled(recovery({ failed: 1 }), worker)).toEqual([]);
  expect(checkWorkerKilled(recovery({ failed: 9, lasting: true }), worker)).toMatchObject([
    { code: 'worker-not-replaced', detail: expect.stringContaining('PID 7: gunicorn shop.wsgi') },
  ]);
});

test('only a worker of a server that has several is killed', () => {
  const master = { pid: 1, command: ['/usr/bin/python', '/usr/bin/gunicorn', 'shop.wsgi'] };
  const worker = { ...master, pid: 9, parent: 1 };
  expect(chooseWorker([master, worker])).toEqual(worker);
  expect(chooseWorker([master])).toBeUndefined();
  expect(chooseWorker([])).toBeUndefined();
  expect(chooseWorker([{ pid: 1, command: ['uvicorn'] }, worker])).toBeUndefined();
  const behindShell = [
    { pid: 1, command: ['sh', 'start.sh'] },
    { ...master, pid: 8, parent: 1 },
    { ...worker, parent: 8 },
  ];
  expect(chooseWorker(behindShell)).toEqual(behindShell[2]);
});
