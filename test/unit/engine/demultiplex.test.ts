import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDemultiplexer, type OutputChunk } from '../../../src/engine/demultiplex.ts';
import type { OutputStream } from '../../../src/engine/engine.ts';

function frame(stream: OutputStream, payload: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream === 'stdout' ? 1 : 2;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

/** All bytes of each stream, in order, and the order in which the streams took turns. */
function joined(chunks: readonly OutputChunk[]): readonly (readonly [OutputStream, string])[] {
  const turns: [OutputStream, string][] = [];
  for (const { stream, bytes } of chunks) {
    const last = turns.at(-1);
    if (last?.[0] === stream) last[1] += bytes.toString('hex');
    else turns.push([stream, bytes.toString('hex')]);
  }
  return turns;
}

test('takes 5,000 one-byte frames in one chunk', () => {
  const dots = Buffer.concat(
    Array.from({ length: 5_000 }, () => frame('stdout', Buffer.from('.'))),
  );
  const chunks = createDemultiplexer()(dots);
  expect(chunks.length).toBe(5_000);
  expect(Buffer.concat(chunks.map(({ bytes }) => bytes)).toString()).toBe('.'.repeat(5_000));
});

test('hands on a large frame before it is complete', () => {
  const whole = frame('stderr', Buffer.from('abcdef'));
  const demultiplex = createDemultiplexer();
  expect(demultiplex(whole.subarray(0, 10))).toEqual([
    { stream: 'stderr', bytes: Buffer.from('ab'), startsFrame: true },
  ]);
  expect(demultiplex(whole.subarray(10))).toEqual([
    { stream: 'stderr', bytes: Buffer.from('cdef') },
  ]);
});

test('an empty frame is no output', () => {
  const bytes = Buffer.concat([
    frame('stdout', Buffer.alloc(0)),
    frame('stderr', Buffer.from('x')),
  ]);
  expect(createDemultiplexer()(bytes)).toEqual([
    { stream: 'stderr', bytes: Buffer.from('x'), startsFrame: true },
  ]);
});

test('however the network cuts the frames, the same bytes come out in the same order', () => {
  const frames = fc.array(
    fc.tuple(fc.constantFrom<OutputStream>('stdout', 'stderr'), fc.uint8Array({ maxLength: 40 })),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(
      frames,
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
      (parts, cuts) => {
        const sent = parts.map(([stream, bytes]) => ({ stream, bytes: Buffer.from(bytes) }));
        const wire = Buffer.concat(sent.map(({ stream, bytes }) => frame(stream, bytes)));
        const demultiplex = createDemultiplexer();
        const received: OutputChunk[] = [];
        for (let offset = 0, turn = 0; offset < wire.length; turn += 1) {
          const length = cuts[turn % cuts.length] ?? 1;
          received.push(...demultiplex(wire.subarray(offset, offset + length)));
          offset += length;
        }
        const output = sent.filter(({ bytes }) => bytes.length > 0);
        expect(joined(received)).toEqual(joined(output));
      },
    ),
  );
});
