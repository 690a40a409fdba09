import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMessage, encodeMessage } from '../../../../../src/engine/build/session/protobuf.ts';

test('a message has the bytes that protoc gives it', () => {
  // message { uint32 a = 1; string b = 2; uint64 c = 16; } with a: 150, b: "testing", c: 2^32
  const bytes = encodeMessage([
    [1, 150],
    [2, 'testing'],
    [16, 2 ** 32],
  ]);
  expect(bytes.toString('hex')).toBe('089601120774657374696e6780018080808010');
});

test('numbers beyond 2^53 are written whole', () => {
  const bytes = encodeMessage([[6, 1_763_800_000_123_456_789n]]);
  expect(bytes.toString('hex')).toBe('30959ac5f194d891bd18');
  expect(decodeMessage(bytes)).toEqual([{ number: 6, value: Number(1_763_800_000_123_456_789n) }]);
});

test('what was encoded is decoded, in order, repeated fields included', () => {
  const value = fc.oneof(
    fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  );
  const field = fc.tuple(fc.integer({ min: 1, max: 2 ** 20 }), value);
  fc.assert(
    fc.property(fc.array(field), (fields) => {
      expect(decodeMessage(encodeMessage(fields))).toEqual(
        fields.map(([number, value]) => ({ number, value })),
      );
    }),
  );
});

test('undefined fields are left out', () => {
  expect(encodeMessage([[1, undefined]])).toHaveLength(0);
});

test('a negative number is read', () => {
  expect(decodeMessage(Buffer.from('08ffffffffffffffffff01', 'hex'))).toEqual([
    { number: 1, value: -1 },
  ]);
});

test('fixed-size fields are read as bytes, so that what follows them is found', () => {
  const message = Buffer.from('0d010203041101020304050607081805', 'hex');
  expect(decodeMessage(message).map(({ number, value }) => [number, value])).toEqual([
    [1, Buffer.from('01020304', 'hex')],
    [2, Buffer.from('0102030405060708', 'hex')],
    [3, 5],
  ]);
});

test.each(['08', '0a05616263', '0880808080808080808080'])('%s is refused as cut off', (hex) => {
  expect(() => decodeMessage(Buffer.from(hex, 'hex'))).toThrow(RangeError);
});
