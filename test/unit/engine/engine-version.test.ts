import { expect, test } from 'vitest';
import { negotiateVersion } from '../../../src/engine/engine-version.ts';

const candidate = { address: 'unix:///var/run/docker.sock', origin: 'default socket' };

test.each([
  ['1.40', '1.40'],
  ['1.41', '1.41'],
  ['1.51', '1.51'],
  ['1.53', '1.51'],
])('an engine of API %s is spoken to in %s', (engineApi, pinned) => {
  expect(negotiateVersion(engineApi, candidate)).toBe(pinned);
});

test('an engine that is too old', () => {
  expect(() => negotiateVersion('1.39', candidate)).toThrowErrorMatchingInlineSnapshot(
    `[DjdevError: The Docker engine at unix:///var/run/docker.sock (default socket) speaks API 1.39; djdev needs 1.40 or newer, which came with Docker 19.03.]`,
  );
  expect(() => negotiateVersion('1.9', candidate)).toThrow('1.9');
});
