import { expect, test } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMeasurement,
} from '../../../../src/report/formats/quantity.ts';

test('durations', () => {
  const durations = [0, 84.4, 999.4, 1000, 3240, 59_949, 59_950, 125_400, 3_600_000];
  expect(durations.map(formatDuration)).toEqual([
    '0 ms',
    '84 ms',
    '999 ms',
    '1.0 s',
    '3.2 s',
    '59.9 s',
    '1 min 0 s',
    '2 min 5 s',
    '60 min 0 s',
  ]);
});

test('sizes', () => {
  const sizes = [0, 512, 999, 1000, 14_200, 999_900, 168_400_000, 24e9, 3.2e15];
  expect(sizes.map(formatBytes)).toEqual([
    '0 B',
    '512 B',
    '999 B',
    '1.0 kB',
    '14 kB',
    '1.0 MB',
    '168 MB',
    '24 GB',
    '3200 TB',
  ]);
});

test('counts and measurements', () => {
  expect([formatCount(1, 'warning'), formatCount(0, 'warning')]).toEqual([
    '1 warning',
    '0 warnings',
  ]);
  expect([
    formatMeasurement({ name: 'boot', value: 412, unit: 'ms' }),
    formatMeasurement({ name: 'size', value: 1e6, unit: 'bytes' }),
    formatMeasurement({ name: 'files', value: 133, unit: 'count' }),
  ]).toEqual(['412 ms', '1.0 MB', '133']);
});
