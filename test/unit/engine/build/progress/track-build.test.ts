import { expect, test } from 'vitest';
import type { BuildVertex } from '../../../../../src/engine/build/progress/build-status.ts';
import { decodeRawJson } from '../../../../../src/engine/build/progress/decode-raw-json.ts';
import { decodeTrace } from '../../../../../src/engine/build/progress/decode-trace.ts';
import { createBuildTracker } from '../../../../../src/engine/build/progress/track-build.ts';
import { encodeMessage } from '../../../../../src/engine/build/session/protobuf.ts';

function record(): {
  seen: unknown[];
  tracker: ReturnType<typeof createBuildTracker>;
} {
  const seen: unknown[] = [];
  const tracker = createBuildTracker({
    onProgress: ({ name, state, ms }) => seen.push([name, state, ms]),
    onLine: (step, line) => seen.push([step, line]),
  });
  return { seen, tracker };
}

const step: BuildVertex = {
  digest: 'sha256:1',
  name: '[2/2] RUN x',
  cached: false,
  startedMs: 1000,
  completedMs: undefined,
  error: '',
};
const log = (text: string, stream = 1) => ({
  vertex: 'sha256:1',
  stream,
  bytes: Buffer.from(text),
});

test('each state is told once, and lines are joined from their pieces', () => {
  const { seen, tracker } = record();
  tracker.apply({ vertexes: [{ ...step, startedMs: undefined }], logs: [] });
  tracker.apply({ vertexes: [step], logs: [log('one\ntw')] });
  tracker.apply({ vertexes: [step], logs: [log('o\nthr')] });
  tracker.apply({ vertexes: [{ ...step, completedMs: 1250 }], logs: [log('ee')] });
  expect(tracker.finish()).toBeUndefined();
  expect(seen).toEqual([
    ['[2/2] RUN x', 'started', undefined],
    ['[2/2] RUN x', 'one'],
    ['[2/2] RUN x', 'two'],
    ['[2/2] RUN x', 'three'],
    ['[2/2] RUN x', 'completed', 250],
  ]);
});

test('lines of the two streams are not mixed', () => {
  const { seen, tracker } = record();
  tracker.apply({ vertexes: [step], logs: [log('out'), log('err\n', 2), log('put\n')] });
  expect(seen.slice(1)).toEqual([
    ['[2/2] RUN x', 'err'],
    ['[2/2] RUN x', 'output'],
  ]);
});

test('a character cut in two is read whole', () => {
  const { seen, tracker } = record();
  const bytes = Buffer.from('é\n');
  const piece = log('');
  tracker.apply({ vertexes: [step], logs: [{ ...piece, bytes: bytes.subarray(0, 1) }] });
  tracker.apply({ vertexes: [], logs: [{ ...piece, bytes: bytes.subarray(1) }] });
  expect(seen.at(-1)).toEqual(['[2/2] RUN x', 'é']);
});

test('of a line drawn over and over only the last state is kept, without colours', () => {
  const { seen, tracker } = record();
  tracker.apply({ vertexes: [step], logs: [log('10%\r50%\r\u001B[32m100%\u001B[0m\r\n')] });
  expect(seen.at(-1)).toEqual(['[2/2] RUN x', '100%']);
});

test('the failed step is the cause, not the one that was cancelled beside it', () => {
  const { tracker } = record();
  const other = {
    ...step,
    digest: 'sha256:2',
    name: '[b 2/2] RUN sleep',
    error: 'context canceled',
  };
  tracker.apply({ vertexes: [step], logs: [log('boom')] });
  tracker.apply({ vertexes: [other], logs: [] });
  tracker.apply({ vertexes: [{ ...step, error: 'exit code: 9' }], logs: [] });
  expect(tracker.finish()).toEqual({
    name: '[2/2] RUN x',
    error: 'exit code: 9',
    output: ['boom'],
  });
});

test('protobuf and JSON tell the same', () => {
  const started = encodeMessage([
    [1, 1_700_000_000],
    [2, 250_000_000],
  ]);
  const message = encodeMessage([
    [
      1,
      encodeMessage([
        [1, 'sha256:1'],
        [2, 'sha256:0'],
        [3, '[2/2] RUN x'],
        [4, 1],
        [5, started],
        [6, started],
        [7, 'boom'],
      ]),
    ],
    [2, encodeMessage([[1, 'a status, which is not used']])],
    [
      3,
      encodeMessage([
        [1, 'sha256:1'],
        [3, 2],
        [4, 'out\n'],
      ]),
    ],
  ]);
  const value = {
    vertexes: [
      {
        digest: 'sha256:1',
        inputs: ['sha256:0'],
        name: '[2/2] RUN x',
        cached: true,
        started: '2023-11-14T22:13:20.25Z',
        completed: '2023-11-14T22:13:20.25Z',
        error: 'boom',
      },
    ],
    logs: [{ vertex: 'sha256:1', stream: 2, data: Buffer.from('out\n').toString('base64') }],
  };
  expect(decodeTrace(message)).toEqual(decodeRawJson(value));
  expect(decodeTrace(message).vertexes[0]?.startedMs).toBe(1_700_000_000_250);
});

test('JSON of an unknown shape is no progress', () => {
  expect(decodeRawJson({ vertexes: null, something: 1 })).toEqual({ vertexes: [], logs: [] });
  expect(decodeRawJson('text')).toEqual({ vertexes: [], logs: [] });
});
