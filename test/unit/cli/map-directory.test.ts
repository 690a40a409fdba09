import { expect, test } from 'vitest';
import { mapDirectory } from '../../../src/cli/stack/map-directory.ts';

test.each([
  ['/shop', {}],
  ['/shop/catalog', { workingDirectory: '/app/catalog' }],
  ['/shop/a/b', { workingDirectory: '/app/a/b' }],
  ['/shop-2', {}],
  ['/', {}],
])('%s', (cwd, wanted) => {
  expect(mapDirectory(cwd, { root: '/shop' }, { workingDirectory: '/app' })).toEqual(wanted);
});
