import { expect, test } from 'vitest';
import { indentText, wrapText } from '../../../../src/report/formats/wrap-text.ts';

test('breaks at spaces, keeps line breaks and the margin of a line', () => {
  expect(wrapText('one two three four\n\n  indented words go on\nend', 10)).toEqual([
    'one two',
    'three four',
    '',
    '  indented',
    '  words go',
    '  on',
    'end',
  ]);
});

test('a word that is longer than a line stays whole', () => {
  expect(wrapText('see https://example.com/a/long/path now', 12)).toEqual([
    'see',
    'https://example.com/a/long/path',
    'now',
  ]);
});

test('a mark stands before the first line only', () => {
  expect(indentText('one two three', 8, '  ', '→ ')).toEqual(['→ one', '  two', '  three']);
});

test('colours take no place', () => {
  expect(wrapText('\u001B[1mone two\u001B[22m three four', 13)).toEqual([
    '\u001B[1mone two\u001B[22m three',
    'four',
  ]);
});
