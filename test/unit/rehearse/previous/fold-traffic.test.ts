import { expect, test } from 'vitest';
import { foldTraffic } from '../../../../src/rehearse/previous/fold-traffic.ts';

const epoch = 1_700_000_000_000;
const point = (atMs: number, ms: number, status: number) => ({ atMs: epoch + atMs, ms, status });

test('the baseline, the worst afterwards, and every failure with its exception', () => {
  const folded = foldTraffic(
    {
      endpoints: [
        {
          endpoint: 'POST /loans/?x=1',
          points: [
            point(-500, 90, 201),
            point(-400, 12, 201),
            point(-300, 9, 201),
            point(20, 310, 201),
            point(400, 11, 500),
            point(500, 14, 0),
          ],
        },
        { endpoint: 'GET /broken/', points: [point(-450, 5, 500), point(450, 5, 500)] },
      ],
      baselineUntilMs: epoch,
      exceptions: [
        { atMs: epoch + 405, text: 'KeyError: elsewhere', path: '/broken/' },
        { atMs: epoch + 408, text: 'ValueError: here', path: '/loans/' },
      ],
    },
    epoch,
    [],
  );
  expect(folded.unsteady).toEqual(['GET /broken/']);
  expect(folded.errors).toEqual([
    { atMs: 400, endpoint: 'POST /loans/?x=1', status: 500, exception: 'ValueError: here' },
    { atMs: 500, endpoint: 'POST /loans/?x=1', status: 0 },
  ]);
  expect(folded.series[0]).toEqual({
    endpoint: 'POST /loans/?x=1',
    requests: 3,
    failed: 2,
    baselineMs: 12,
    worstMs: 310,
    points: [
      [-500, 90, 201],
      [-400, 12, 201],
      [-300, 9, 201],
      [20, 310, 201],
      [400, 11, 500],
      [500, 14, 0],
    ],
  });
});

test('of many points the slow and the failed ones stay', () => {
  const points = Array.from({ length: 5000 }, (_, index) => point(index, 5, 200));
  points[1234] = point(1234, 900, 200);
  points[4321] = point(4321, 5, 500);
  const record = {
    endpoints: [{ endpoint: 'GET /', points }],
    baselineUntilMs: epoch,
    exceptions: [],
  };
  const [series] = foldTraffic(record, epoch, []).series;
  expect(series?.points.length).toBeLessThanOrEqual(310);
  expect(series?.points).toContainEqual([1234, 900, 200]);
  expect(series?.points).toContainEqual([4321, 5, 500]);
  expect(series).toMatchObject({ requests: 5000, failed: 1, worstMs: 900 });
});
