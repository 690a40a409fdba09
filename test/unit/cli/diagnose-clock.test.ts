import { expect, test } from 'vitest';
import { diagnoseClock } from '../../../src/cli/doctor/try-engine.ts';

test('a clock that goes a little differently is well', () => {
  expect(diagnoseClock(-1_999)).toEqual({
    subject: 'clock',
    level: 'pass',
    text: 'the engine’s differs by 1999 ms',
  });
});

test.each([
  [61_500, /61\.5 s ahead of this machine/],
  [-2_600, /2\.6 s behind this machine/],
])('a skew of %d ms is a warning that says which one is ahead', (skewMs, text) => {
  const { level, text: said, fix } = diagnoseClock(skewMs);
  expect(level).toBe('warn');
  expect(said).toMatch(text);
  expect(fix).toContain('chrony');
});
