import { expect, test } from 'vitest';
import { splitReference } from '../../../src/engine/image-reference.ts';

test.each([
  ['python', { name: 'python', tag: 'latest', digest: undefined }],
  ['python:3.13-slim', { name: 'python', tag: '3.13-slim', digest: undefined }],
  ['localhost:5000/shop', { name: 'localhost:5000/shop', tag: 'latest', digest: undefined }],
  ['localhost:5000/shop:1', { name: 'localhost:5000/shop', tag: '1', digest: undefined }],
  ['shop@sha256:abc', { name: 'shop', tag: '', digest: 'sha256:abc' }],
  ['shop:1@sha256:abc', { name: 'shop', tag: '1', digest: 'sha256:abc' }],
])('%s', (reference, expected) => {
  expect(splitReference(reference)).toEqual(expected);
});
