import { expect, test } from 'vitest';
import { parsePrevious } from '../../../src/project/read-previous.ts';

test.each([
  ['v1.4.0', 'git', 'v1.4.0'],
  ['merge-base', 'git', 'merge-base'],
  ['feature/orders', 'git', 'feature/orders'],
  ['shop:1.4', 'image', 'shop:1.4'],
  ['registry.example.com:5000/shop', 'image', 'registry.example.com:5000/shop'],
  ['shop@sha256:0123', 'image', 'shop@sha256:0123'],
  ['image:shop', 'image', 'shop'],
  ['git:HEAD~1', 'git', 'HEAD~1'],
])('--previous %s is the %s %s', (text, kind, reference) => {
  expect(parsePrevious(text)).toEqual({ kind, reference, location: undefined });
});
