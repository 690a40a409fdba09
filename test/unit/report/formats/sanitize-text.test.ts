import { expect, test } from 'vitest';
import { sanitizeText } from '../../../../src/report/formats/sanitize-text.ts';

const cases: Record<string, [string, string]> = {
  colours: ['\u001B[31mred\u001B[0m', 'red'],
  'a title of the window': ['\u001B]0;pwned\u0007text', 'text'],
  'cursor movement': ['a\u001B[2K\u001B[1Ab', 'ab'],
  'a link': ['\u001B]8;;https://example.com\u0007here\u001B]8;;\u0007', 'here'],
  'a bare escape and a bell': ['a\u001Bb\u0007c', 'abc'],
  'an 8-bit escape': ['a\u009B31mb', 'ab'],
  'a progress bar': ['10 %\r50 %\r100 %', '100 %'],
  'a progress bar that ends its line': ['10 %\r100 %\r', '100 %'],
  'Windows line ends': ['one\r\ntwo\r\n', 'one\ntwo\n'],
  tabs: ['\tindented', '    indented'],
  'reordered text': ['abc\u202Edcba', 'abcdcba'],
  'other languages': ['größe 大きさ ✓', 'größe 大きさ ✓'],
};

for (const [name, [given, wanted]] of Object.entries(cases)) {
  test(name, () => {
    expect(sanitizeText(given)).toBe(wanted);
  });
}
