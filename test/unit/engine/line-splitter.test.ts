import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter, longestLineCharacters } from '../../../src/engine/line-splitter.ts';

function split(chunks: readonly Buffer[]): readonly string[] {
  const splitter = new LineSplitter();
  const lines = chunks.flatMap((bytes) => splitter.push({ stream: 'stdout', bytes }));
  return [...lines, ...splitter.end()].map(({ text }) => text);
}

test('keeps the unfinished lines of both streams apart', () => {
  const splitter = new LineSplitter();
  expect(splitter.push({ stream: 'stdout', bytes: Buffer.from('out') })).toEqual([]);
  expect(splitter.push({ stream: 'stderr', bytes: Buffer.from('err\nmore') })).toEqual([
    { stream: 'stderr', text: 'err' },
  ]);
  expect(splitter.push({ stream: 'stdout', bytes: Buffer.from('put\n') })).toEqual([
    { stream: 'stdout', text: 'output' },
  ]);
  expect(splitter.end()).toEqual([{ stream: 'stderr', text: 'more' }]);
});

test('takes off a carriage return, keeps empty lines, adds no line at the end', () => {
  expect(split([Buffer.from('a\r\n\nb\n')])).toEqual(['a', '', 'b']);
});

test('cuts a line that never ends', () => {
  const lines = split([Buffer.alloc(longestLineCharacters + 3, 'x')]);
  expect(lines.map((line) => line.length)).toEqual([longestLineCharacters, 3]);
});

test('lines and characters cut anywhere come out whole', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 7 }), (text, size) => {
      const bytes = Buffer.from(text);
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      expect(split(chunks)).toEqual(split([bytes]));
    }),
  );
});
