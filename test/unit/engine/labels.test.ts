import { expect, test } from 'vitest';
import { labelsFor, ownershipFrom } from '../../../src/engine/labels.ts';

const owner = { host: 'laptop-1234abcd', pid: 77, startTicks: '9000' };
const ownership = { project: 'shop', session: 's1', role: 'web', worktree: '1a2b3c' };

test('ownership survives the way through labels', () => {
  expect(ownershipFrom(labelsFor(ownership, owner))).toEqual({ ownership, owner });
});

test('what carries no owner is persistent', () => {
  const persistent = { ...ownership, persistent: true };
  expect(ownershipFrom(labelsFor(persistent, owner))).toEqual({
    ownership: persistent,
    owner: undefined,
  });
});
