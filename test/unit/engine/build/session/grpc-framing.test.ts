import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createMessageReader,
  frameMessage,
} from '../../../../../src/engine/build/session/grpc-framing.ts';

test('a frame is one byte, the length and the message', () => {
  expect(frameMessage(Buffer.from('abc')).toString('hex')).toBe('0000000003616263');
});

test('messages come out whole however the network cuts them', () => {
  const bytes = fc.uint8Array({ maxLength: 20 }).map((value) => Buffer.from(value));
  const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(bytes), cuts, (messages, cuts) => {
      const read = createMessageReader();
      const stream = Buffer.concat(messages.map(frameMessage));
      const received: Buffer[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn += 1) {
        const size = cuts[turn % cuts.length] ?? 1;
        received.push(...read(stream.subarray(at, at + size)));
        at += size;
      }
      expect(received).toEqual(messages);
    }),
  );
});

test('a compressed message is refused', () => {
  expect(() => createMessageReader()(Buffer.from('010000000000', 'hex'))).toThrow('compressed');
});
