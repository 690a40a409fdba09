import { expect, test } from 'vitest';
import type { ContextEntry } from '../../../../../src/engine/build/inputs/scan-context.ts';
import {
  decodePacket,
  encodeData,
  encodeStat,
  packetType,
} from '../../../../../src/engine/build/session/file-packets.ts';
import { decodeMessage } from '../../../../../src/engine/build/session/protobuf.ts';

const file: ContextEntry = {
  path: 'shop/models.py',
  type: 'file',
  mode: 0o644,
  bytes: 12,
  mtimeMs: 1_763_800_000_123.5,
  ctimeMs: 0,
  inode: 0,
  linkTarget: undefined,
};

function statFields(entry: ContextEntry): Readonly<Record<number, number | string>> {
  const packet = decodeMessage(encodeStat(entry));
  expect(packet[0]).toEqual({ number: 1, value: packetType.stat });
  const stat = packet[1]?.value;
  if (stat === undefined || typeof stat === 'number') throw new Error('There is no stat.');
  return Object.fromEntries(
    decodeMessage(stat).map(({ number, value }) => [
      number,
      typeof value === 'number' ? value : value.toString(),
    ]),
  );
}

test('a file is announced with path, mode, size and time in nanoseconds', () => {
  expect(statFields(file)).toEqual({
    1: 'shop/models.py',
    2: 0o644,
    5: 12,
    6: 1_763_800_000_123_500_032,
  });
});

test('directories, symlinks and special bits have the places Go gives them', () => {
  const modes = [
    statFields({ ...file, type: 'directory', mode: 0o1777 })[2],
    statFields({ ...file, type: 'symlink', mode: 0o777, linkTarget: '../x' })[2],
    statFields({ ...file, mode: 0o6755 })[2],
  ];
  expect(modes).toEqual([2 ** 31 + 2 ** 20 + 0o777, 2 ** 27 + 0o777, 2 ** 23 + 2 ** 22 + 0o755]);
  expect(statFields({ ...file, type: 'symlink', linkTarget: '../x' })[7]).toBe('../x');
});

test('the end of the list is a stat packet without a stat', () => {
  expect(encodeStat(undefined).toString('hex')).toBe('0800');
});

test('a piece of a file is read back', () => {
  const packet = decodePacket(encodeData(7, Buffer.from('text')));
  expect(packet).toEqual({ type: packetType.data, id: 7, data: Buffer.from('text') });
});
