import { expect, test } from 'vitest';
import { foldRollout } from '../../../../src/rehearse/rollout/fold-rollout.ts';
import { sampleRollout, sampleRolloutRecord as record } from '../../../support/sample-rollout.ts';

const migration = 'orders.0006_order_total_numeric';

test('requests are counted in the phase in which they were sent, without endpoints that never worked', () => {
  expect(sampleRollout).toMatchObject({ requests: 81, failed: 8, stalled: 4, worstMs: 1900 });
  expect(
    sampleRollout.phases.map(({ name, fromMs, requests, failed, stalled }) => [
      name,
      fromMs,
      requests,
      failed,
      stalled,
    ]),
  ).toEqual([
    ['before', 0, 11, 0, 0],
    ['release', 700, 33, 1, 3],
    ['boot', 2900, 19, 7, 0],
    ['switch', 4200, 1, 0, 1],
    ['stop', 4210, 8, 0, 0],
    ['after', 4800, 9, 0, 0],
  ]);
});

test('every failure and every wait has its cause, the costliest first', () => {
  expect(sampleRollout.causes).toEqual([
    {
      kind: 'migration',
      text: `${migration}: POST /orders/ of the old release answers 500`,
      phase: 'release',
      failed: 8,
      stalled: 0,
      migration,
      exception: expect.stringContaining('null value in column "currency"'),
    },
    {
      kind: 'migration',
      text: `${migration}: GET /basket/ waited up to 1.6 s`,
      phase: 'release',
      failed: 0,
      stalled: 3,
      migration,
    },
    {
      kind: 'new-release',
      text: 'GET / waited up to 1.9 s for the new release',
      phase: 'switch',
      failed: 0,
      stalled: 1,
    },
  ]);
});

test('the line says what it cost and why', () => {
  expect(sampleRollout.summary).toBe(
    `This deploy would have cost 4.9 s and 8 of 81 requests, and 4 more had to wait: ` +
      `${migration}: POST /orders/ of the old release answers 500 (IntegrityError: null value in ` +
      `column "currency" of order 1); ${migration}: GET /basket/ waited up to 1.6 s; 1 other cause.`,
  );
});

const served = record.endpoints
  .filter(({ endpoint }) => endpoint === 'GET /')
  .map((one) => ({
    ...one,
    points: one.points.map((point) => ({ ...point, ms: 20, status: 200 })),
  }));

test('a deployment without a failure costs nothing', () => {
  expect(foldRollout({ ...record, endpoints: served })).toMatchObject({
    outcome: 'completed',
    downtimeMs: 0,
    causes: [],
    summary:
      'This deploy would have cost no request: 27 were sent, 20 a second, and the longest answer took 20 ms.',
  });
});

test('a platform keeps the old release where the new one does not become healthy', () => {
  const refusal = 'the new release does not become healthy';
  expect(foldRollout({ ...record, endpoints: served, refusal })).toMatchObject({
    outcome: 'refused',
    reason: refusal,
    summary: `This deploy would not have gone through: ${refusal}. Until then it would have cost no request.`,
  });
});

test.each([
  [{ endpoints: [] }, 'no endpoint of the old release works'],
  [{ isPlayed: false }, 'the new release was not started'],
])('what was not measured is said, and is no success: %o', (change, reason) => {
  expect(foldRollout({ ...record, ...change })).toMatchObject({
    outcome: 'not-measured',
    summary: `What this deploy would have cost could not be measured: ${reason}.`,
  });
});

test('a request that the stop of the old release cut off is told as that', () => {
  const [page] = served;
  if (page === undefined) throw new Error('There is a page.');
  const cut = page.points.map((point) =>
    point.release === 'new' && point.atMs < record.endedAtMs - 1000
      ? ({ ...point, release: 'old', status: 0 } as const)
      : point,
  );
  const { causes } = foldRollout({
    ...record,
    migrations: [],
    endpoints: [{ ...page, points: cut }],
  });
  expect(causes).toMatchObject([
    { kind: 'stop', text: 'GET / was under way when the old release got SIGTERM', stalled: 0 },
  ]);
});

test('on a machine that is late itself only longer waits count', () => {
  const late = foldRollout({ ...record, worstLagMs: 5000 });
  expect(late).toMatchObject({ stalled: 0, stallMs: 6000 });
  const shared = foldRollout({ ...record, pressure: 3 });
  expect(shared).toMatchObject({ stalled: 0, stallMs: 3004 });
});
