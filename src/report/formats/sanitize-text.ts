import { stripVTControlCharacters } from 'node:util';

// C0 without tab and newline, DEL, C1, and the marks that reorder text on the screen.
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Makes output of an application safe to print: no escape sequences, no control characters but
 * newlines, tabs as four spaces. Of a line that was overwritten by carriage returns, what a
 * terminal would show last.
 */
export function sanitizeText(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.split('\r').findLast((part) => part !== '') ?? '')
    .join('\n')
    .replaceAll('\t', '    ')
    .replaceAll(unsafe, '');
}
