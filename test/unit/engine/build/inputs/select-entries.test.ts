import { expect, test } from 'vitest';
import type { ContextEntry } from '../../../../../src/engine/build/inputs/scan-context.ts';
import {
  compilePattern,
  selectEntries,
} from '../../../../../src/engine/build/inputs/select-entries.ts';

/** `a/` is a directory, `a -> b` a symlink, anything else a file. */
function entry(text: string): ContextEntry {
  const [path = '', linkTarget] = text.split(' -> ');
  const type = linkTarget === undefined ? (path.endsWith('/') ? 'directory' : 'file') : 'symlink';
  return {
    path: path.replace(/\/$/, ''),
    type,
    mode: 0,
    bytes: 0,
    mtimeMs: 0,
    ctimeMs: 0,
    inode: 0,
    linkTarget,
  };
}

const tree = [
  'current -> releases/2',
  'loop -> loop',
  'manage.py',
  'releases/',
  'releases/1/',
  'releases/1/app.py',
  'releases/2/',
  'releases/2/app.py',
  'requirements/',
  'requirements/base.txt',
  'requirements/dev.in',
  'up -> ../../manage.py',
].map(entry);

const select = (...patterns: readonly string[]): readonly string[] =>
  selectEntries(tree, patterns).map(({ path }) => path);

test('a pattern brings what it names, all below and the directories above', () => {
  expect(select('releases/1')).toEqual(['releases', 'releases/1', 'releases/1/app.py']);
  expect(select('/requirements/*.txt', './manage.py')).toEqual([
    'manage.py',
    'requirements',
    'requirements/base.txt',
  ]);
  expect(select('re*/?/')).toEqual([
    'releases',
    'releases/1',
    'releases/1/app.py',
    'releases/2',
    'releases/2/app.py',
  ]);
});

test('the root is everything, no pattern and no match are nothing', () => {
  expect(select('.')).toHaveLength(tree.length);
  expect(select('manage.py', '/')).toHaveLength(tree.length);
  expect(select()).toEqual([]);
  expect(select('nothing*')).toEqual([]);
});

test('a link on the way is selected with what it points at', () => {
  expect(select('current/app.py')).toEqual([
    'current',
    'releases',
    'releases/2',
    'releases/2/app.py',
  ]);
  expect(select('c*/app.py')).toEqual(select('current/app.py'));
});

test('a link out of the context ends at its root, a link to itself ends', () => {
  expect(select('up')).toEqual(['manage.py', 'up']);
  expect(select('loop/x')).toEqual(['loop']);
});

test.each([
  ['*.txt', 'a.txt', true],
  ['*.txt', 'a/b.txt', false],
  ['**/*.txt', 'a/b/c.txt', true],
  ['**/*.txt', 'c.txt', true],
  ['a/**', 'a/b/c', true],
  ['[a-c]x', 'bx', true],
  ['[^a-c]x', 'bx', false],
  [String.raw`a\*b`, 'a*b', true],
  [String.raw`a\*b`, 'axb', false],
  ['a+(b).py', 'a+(b).py', true],
  ['a.py', 'axpy', false],
  ['[x', '[x', true],
])('%s and %s: %s', (pattern, path, isMatch) => {
  expect(compilePattern(pattern).test(path)).toBe(isMatch);
});
