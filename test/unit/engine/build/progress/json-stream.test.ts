import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createJsonStreamDecoder } from '../../../../../src/engine/build/progress/json-stream.ts';

function decodeInPieces(text: string, size: number): { values: unknown[]; lines: string[] } {
  const decoder = createJsonStreamDecoder();
  const all = { values: [] as unknown[], lines: [] as string[] };
  const take = (output: { values: readonly unknown[]; lines: readonly string[] }): void => {
    all.values.push(...output.values);
    all.lines.push(...output.lines);
  };
  for (let at = 0; at < text.length; at += size) take(decoder.push(text.slice(at, at + size)));
  take(decoder.end());
  return all;
}

test('objects are read one a line, indented over many, and without anything between', () => {
  const objects = [{ a: '}{"' }, { b: { c: [1, { d: '\\"' }] } }, {}];
  fc.assert(
    fc.property(
      fc.constantFrom('\n', '', '\r\n\r\n'),
      fc.constantFrom(0, 2),
      fc.integer({ min: 1, max: 40 }),
      (between, indent, size) => {
        const text = objects.map((value) => JSON.stringify(value, null, indent)).join(between);
        expect(decodeInPieces(text, size)).toEqual({ values: objects, lines: [] });
      },
    ),
  );
});

test('any objects survive any cuts', () => {
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(fc.string(), fc.json())),
      fc.integer({ min: 1, max: 9 }),
      (values, size) => {
        const text = values.map((value) => JSON.stringify(value)).join('\n');
        expect(decodeInPieces(text, size).values).toEqual(JSON.parse(JSON.stringify(values)));
      },
    ),
  );
});

test('plain lines beside the objects are kept apart', () => {
  const text = 'WARNING: old\n{"a":1}\nERROR: failed to solve: {x}\nlast';
  for (const size of [1, 7, 100]) {
    expect(decodeInPieces(text, size)).toEqual({
      values: [{ a: 1 }],
      lines: ['WARNING: old', 'ERROR: failed to solve: {x}', 'last'],
    });
  }
});

test('an object that never ends is a line at the end', () => {
  expect(decodeInPieces('{"a":', 2)).toEqual({ values: [], lines: ['{"a":'] });
});
