import { expect, test } from 'vitest';
import { foldStopLoad } from '../../../../src/rehearse/lifecycle/fold-stop-load.ts';
import type { LoadRequest } from '../../../../src/rehearse/lifecycle/open-loop.ts';

const signalledMs = 1000;

function request(sentMs: number, settledMs?: number, status?: number): LoadRequest {
  return {
    request: { method: 'GET', path: `/${sentMs}/`, headers: {} },
    sentMs,
    ...(settledMs === undefined ? {} : { settledMs }),
    ...(status === undefined
      ? {}
      : { response: { status, headers: {}, cookies: [], body: Buffer.alloc(0), ms: 1 } }),
  };
}

test('requests are told apart by the moment of the signal', () => {
  const requests = [
    request(100, 120, 200),
    request(800, 1600, 200),
    request(850, 1610, 503),
    request(900, 1050),
    request(950),
    request(1100, 1120, 200),
    request(1200, 1201),
  ];
  const { load, lost } = foldStopLoad(requests, signalledMs, 2);
  expect(load).toEqual({
    sent: 7,
    underWay: 2,
    open: 4,
    answered: 1,
    errors: 1,
    served: 1,
    refused: 1,
  });
  expect(lost?.request.path).toBe('/850/');
});

test('what could not be held at work is not counted', () => {
  expect(foldStopLoad([], signalledMs, undefined).load).not.toHaveProperty('underWay');
});
