import { expect, test } from 'vitest';
import {
  compareCachedValues,
  compareTasks,
} from '../../../../src/rehearse/rollout/compare-carried.ts';

const value = (key: string, error: string | null) =>
  ({ type: 'value', alias: 'default', key, error }) as const;
const read = (...values: readonly ReturnType<typeof value>[]) => ({ values, unread: undefined });

test('a value that one release reads and the other does not is lost', () => {
  const old = read(value('cart', null), value('page', null), value('celery-meta', 'x'));
  const own = read(
    value('cart', 'AttributeError: Cart'),
    value('page', null),
    value('celery-meta', 'x'),
  );
  expect(compareCachedValues(old, own)).toEqual([
    {
      what: 'cached',
      direction: 'old-to-new',
      outcome: 'lost',
      detail: 'cart: AttributeError: Cart',
    },
    { what: 'cached', direction: 'new-to-old', outcome: 'kept', detail: '' },
  ]);
});

test('an empty cache says nothing, one that cannot be asked says so', () => {
  expect(compareCachedValues(read(), read())).toEqual([]);
  const [first] = compareCachedValues({ values: [], unread: 'ConnectionError: no redis' }, read());
  expect(first).toMatchObject({ outcome: 'not-tried', detail: 'ConnectionError: no redis' });
});

const task = (name: string, required: readonly string[], optional: readonly string[] = []) => ({
  type: 'task' as const,
  name,
  required: [...required],
  optional: [...optional],
  takesAny: false,
});
const known = (...tasks: readonly ReturnType<typeof task>[]) => ({ tasks, tasksUnread: undefined });

test.each([
  [task('send', ['to']), [], 'send: the new release has no such task'],
  [task('send', ['to']), [task('send', ['to', 'urgent'])], 'send: it now needs urgent'],
  [
    task('send', ['to', 'cc']),
    [task('send', ['to'])],
    'send: it takes 1 arguments, and jobs have 2',
  ],
])('jobs of %o do not fit %o', (old, own, detail) => {
  expect(compareTasks(known(old), known(...own), true)).toEqual([
    { what: 'task', direction: 'old-to-new', outcome: 'lost', detail },
  ]);
});

test.each([
  [task('send', ['to']), task('send', ['to'], ['urgent'])],
  [task('send', ['to']), task('send', ['recipient'])],
  [task('send', ['to'], ['cc']), task('send', ['to', 'cc'])],
  [task('send', ['to']), { ...task('send', ['a', 'b', 'c']), takesAny: true }],
])('jobs of %o may fit %o', (old, own) => {
  expect(compareTasks(known(old), known(own), true)).toMatchObject([{ outcome: 'kept' }]);
});

test('without services there is no queue', () => {
  expect(compareTasks(known(task('send', [])), known(), false)).toEqual([]);
});
