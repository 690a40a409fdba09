/** One field of a message: varints as numbers, everything with a length as bytes. */
export interface ProtobufField {
  readonly number: number;
  readonly value: number | Buffer;
}

/** Field number and value; text is written as UTF-8, numbers as varints. */
export type ProtobufValue = readonly [
  number: number,
  value: number | bigint | string | Uint8Array | undefined,
];

const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/**
 * Encodes a message from its fields in order; `undefined` fields are left out.
 * Negative numbers are not written: no message djdev sends has one.
 */
export function encodeMessage(fields: readonly ProtobufValue[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const [number, value] of fields) {
    if (value === undefined) continue;
    if (typeof value === 'number' || typeof value === 'bigint') {
      parts.push(encodeVarint((number << 3) | wireType.varint), encodeVarint(value));
    } else {
      const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
      parts.push(encodeVarint((number << 3) | wireType.bytes), encodeVarint(bytes.length), bytes);
    }
  }
  return Buffer.concat(parts);
}

/**
 * Decodes the fields of a message in their order. 64-bit values beyond 2^53 lose their lowest
 * digits. Throws `RangeError` when the message is cut off or holds a group.
 */
export function decodeMessage(message: Buffer): readonly ProtobufField[] {
  const fields: ProtobufField[] = [];
  let offset = 0;
  while (offset < message.length) {
    const key = decodeVarint(message, offset);
    const number = Math.floor(key.value / 8);
    const read = decodeValue(message, key.end, key.value % 8);
    fields.push({ number, value: read.value });
    offset = read.end;
  }
  return fields;
}

function decodeValue(
  message: Buffer,
  offset: number,
  type: number,
): { value: number | Buffer; end: number } {
  if (type === wireType.varint) return decodeVarint(message, offset);
  const length =
    type === wireType.bytes
      ? decodeVarint(message, offset)
      : { value: fixedBytes(type), end: offset };
  const end = length.end + length.value;
  if (end > message.length) throw new RangeError('A protobuf field is cut off.');
  return { value: message.subarray(length.end, end), end };
}

function fixedBytes(type: number): number {
  if (type === wireType.fixed64) return 8;
  if (type === wireType.fixed32) return 4;
  throw new RangeError(`Protobuf wire type ${type} is not supported.`);
}

function encodeVarint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  if (typeof value === 'bigint') {
    let rest = value;
    for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    bytes.push(Number(rest));
  } else {
    // Division, not shifts: those end at 32 bits, and a directory's mode needs the highest one.
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
    bytes.push(rest);
  }
  return Buffer.from(bytes);
}

function decodeVarint(message: Buffer, offset: number): { value: number; end: number } {
  let value = 0n;
  let small = 0;
  for (let index = 0; index < 10; index += 1) {
    const byte = message[offset + index];
    if (byte === undefined) throw new RangeError('A protobuf number is cut off.');
    if (index < 4) small += (byte & 0x7f) * 2 ** (7 * index);
    else value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) {
      const whole = value === 0n ? small : Number(BigInt.asIntN(64, value | BigInt(small)));
      return { value: whole, end: offset + index + 1 };
    }
  }
  throw new RangeError('A protobuf number is longer than ten bytes.');
}
