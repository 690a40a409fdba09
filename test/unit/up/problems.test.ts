import { expect, test } from 'vitest';
import type { StackEvent } from '../../../src/report/stack-event.ts';
import { findMended, foldProblems, type Problem } from '../../../src/up/problems.ts';

function fold(...events: readonly StackEvent[]): readonly Problem[] {
  return events.reduce(foldProblems, []);
}

const keysAfter = (...events: readonly StackEvent[]): readonly string[] =>
  fold(...events).map(({ key }) => key);

const failed = (role: string, path: string): StackEvent => ({
  type: 'edit-failed',
  role,
  paths: [path],
  message: `${path}:3: invalid syntax. The old code goes on serving.`,
});

const applied = (path: string, kind: string): StackEvent => ({
  type: 'edit-applied',
  role: 'web',
  paths: [path],
  syncMs: 2,
  reload: { kind, ms: 20 },
});

test('says what is wrong and what mends it', () => {
  expect(
    fold({
      type: 'edit-failed',
      role: 'web',
      paths: [],
      message: 'ModuleNotFoundError: No module named x at urls.py:1. The old code goes on serving.',
      output: ['Traceback', '  File "urls.py", line 1', '', 'ModuleNotFoundError: x', ''],
    }),
  ).toEqual([
    {
      key: 'edit web',
      roles: ['web'],
      message: 'ModuleNotFoundError: No module named x at urls.py:1.',
      detail: ['  File "urls.py", line 1', 'ModuleNotFoundError: x'],
      fix: 'Mend it and save; the old code serves until then.',
      paths: [],
    },
  ]);
});

test('an edit is mended by a reload, or by the same file, and not by another template', () => {
  expect(keysAfter(failed('web', 'a.py'), applied('home.html', 'none'))).toEqual(['edit web']);
  expect(keysAfter(failed('web', 'a.py'), applied('home.html', 'templates'))).toEqual(['edit web']);
  expect(keysAfter(failed('web', 'a.py'), applied('a.py', 'none'))).toEqual([]);
  expect(keysAfter(failed('web', 'a.py'), applied('b.py', 'layer'))).toEqual([]);
  expect(keysAfter(failed('worker', 'a.py'), applied('a.py', 'layer'))).toEqual(['edit worker']);
});

test('the same thing going wrong again takes its own place', () => {
  const twice = fold(failed('web', 'a.py'), failed('web', 'b.py'));
  expect(twice.map(({ message }) => message)).toEqual(['b.py:3: invalid syntax.']);
});

test('a process that ended is mended when it runs again, however that came', () => {
  const ended = { type: 'process-ended', role: 'web', exitCode: 3, outOfMemory: false } as const;
  const url = 'http://localhost:20000/';
  const answered = { type: 'process-answered', role: 'web', url, ms: 9 } as const;
  expect(keysAfter(ended)).toEqual(['end web']);
  expect(keysAfter(ended, { type: 'process-running', role: 'web' })).toEqual([]);
  expect(keysAfter(ended, { ...answered, status: 200, healthy: true })).toEqual([]);
  expect(keysAfter(ended, { ...answered, status: 500, healthy: false })).toEqual(['answer web']);
});

test('migrations are pending until they are applied', () => {
  const found = { type: 'migrations-found', pending: ['a.1', 'a.2', 'a.3', 'a.4'] } as const;
  expect(fold(found)[0]?.message).toBe('4 migrations are pending: a.1, a.2, a.3 and 1 more');
  expect(keysAfter(found, { type: 'migrations-applied', count: 4, ms: 1 })).toEqual([]);
  expect(keysAfter(found, { type: 'migrations-found', pending: [] })).toEqual([]);
});

test('a round that succeeds mends builds and starts', () => {
  const build = { type: 'round-failed', stage: 'build', message: 'RUN failed' } as const;
  expect(keysAfter(build)).toEqual(['build']);
  expect(keysAfter(build, { ...build, stage: 'start' })).toEqual(['start']);
  expect(keysAfter(build, { type: 'round-succeeded' })).toEqual([]);
});

test('mended is what is gone, not what was replaced', () => {
  const before = fold(failed('web', 'a.py'), failed('worker', 'a.py'));
  const after = foldProblems(
    foldProblems(before, applied('a.py', 'layer')),
    failed('worker', 'b.py'),
  );
  expect(findMended(before, after).map(({ key }) => key)).toEqual(['edit web']);
});
