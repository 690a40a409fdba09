import { expect, test } from 'vitest';
import { knowHash, recallHash } from '../../../../../src/engine/build/inputs/known-hash.ts';

const nowMs = 1_700_000_000_000;
const file = { bytes: 9, mtimeMs: nowMs - 9000, ctimeMs: nowMs - 9000, inode: 7 };

test('a hash holds as long as nothing of the file looks different', () => {
  const known = knowHash(file, 'abc', nowMs);
  expect(recallHash(known, file)).toBe('abc');
  // A write of the same size that sets the time back still leaves another time of change.
  const others = [{ bytes: 8 }, { mtimeMs: nowMs }, { ctimeMs: nowMs - 8999 }, { inode: 8 }];
  expect(others.map((other) => recallHash(known, { ...file, ...other }))).toEqual(
    others.map(() => undefined),
  );
  expect(recallHash(undefined, file)).toBeUndefined();
});

test.each([
  ['changed in the second in which it was read', nowMs - 400],
  ['comes from tomorrow, because the clock was set back since', nowMs + 86_400_000],
])('the hash of a file that %s is not kept', (_, ctimeMs) => {
  expect(knowHash({ ...file, ctimeMs }, 'abc', nowMs)).toBeUndefined();
});
