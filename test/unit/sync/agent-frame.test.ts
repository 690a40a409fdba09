import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameReader, encodeFrameStart } from '../../../src/sync/agent/agent-frame.ts';

test('frames come out as they went in, however the bytes are cut', () => {
  const frame = fc.record({
    header: fc.record({ name: fc.string() }),
    body: fc.uint8Array({ maxLength: 50 }),
  });
  fc.assert(
    fc.property(fc.array(frame), fc.integer({ min: 1, max: 20 }), (frames, step) => {
      const bytes = Buffer.concat(
        frames.flatMap(({ header, body }) => [encodeFrameStart(header, body.length), body]),
      );
      const read = createFrameReader();
      const found = [];
      for (let start = 0; start < bytes.length; start += step) {
        found.push(...read(bytes.subarray(start, start + step)));
      }
      expect(found.map(({ header, body }) => ({ header, body: [...body] }))).toEqual(
        frames.map(({ header, body }) => ({ header: { ...header }, body: [...body] })),
      );
    }),
  );
});

test('text that is no frame is refused', () => {
  const read = createFrameReader();
  expect(() => read(Buffer.from('OCI runtime exec failed'))).toThrow('This is no frame');
});
