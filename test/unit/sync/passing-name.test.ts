import { expect, test } from 'vitest';
import { isPassingName } from '../../../src/sync/passing-name.ts';

test('names that tools make up for a moment', () => {
  const names = ['pages/sedBeG68a', 'sed15eL4c', 'a/tmpk2_x9q1z', '.tmpA1b2C3'];
  expect(names.filter((name) => !isPassingName(name))).toEqual([]);
  const files = ['pages/sed.py', 'sediment', 'tmp/a.py', 'sedBeG68a/a.py', 'template', 'tmp.txt'];
  expect(files.filter(isPassingName)).toEqual([]);
});
