import { expect, test } from 'vitest';
import { checkReproducible } from '../../../../src/rehearse/checks/reproducible.ts';

const check = (first: Readonly<Record<string, string>>, second: Readonly<Record<string, string>>) =>
  checkReproducible(new Map(Object.entries(first)), new Map(Object.entries(second))).map(
    ({ level, title, detail }) => [`${level} ${title}`, detail],
  );

const site = '/usr/local/lib/python3.13/site-packages';

test('the same files are told with their number', () => {
  expect(check({ '/a': '1' }, { '/a': '1' })).toEqual([
    ['pass Built again from nothing, the image has the same 1 files.', ''],
  ]);
});

test('files that differ, come or go', () => {
  expect(
    check({ '/app/a': '1', '/app/b': '1', '/app/c': '1' }, { '/app/a': '2', '/app/b': '1' }),
  ).toEqual([['warn Built again from nothing, 2 files differ: /app/a', '/app/a\n/app/c']]);
});

test('a package of another version is named once, and not with all its files', () => {
  expect(
    check(
      { [`${site}/Django-5.2.18.dist-info/METADATA`]: '1', [`${site}/django/x.py`]: '1' },
      { [`${site}/Django-5.2.19.dist-info/METADATA`]: '2', [`${site}/django/x.py`]: '2' },
    ),
  ).toEqual([
    [
      'warn Built again from nothing, the image has other packages: Django 5.2.18 → 5.2.19.',
      'Django 5.2.18 → 5.2.19',
    ],
  ]);
});
