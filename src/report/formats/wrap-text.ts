// The codes of a `Style`. Not `stripVTControlCharacters`: importing node:util takes longer than all
// that `--help` does besides.
// oxlint-disable-next-line no-control-regex -- escape codes begin with a control character
const colors = /\u001B\[[\d;]*m/g;

/**
 * Breaks text at spaces into lines of at most `width` visible characters. Its own line breaks and
 * the indentation of a line are kept; a word that is longer than a line keeps a line to itself, so
 * that paths and URLs can still be copied.
 */
export function wrapText(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line.trimEnd(), width));
}

function wrapLine(line: string, width: number): string[] {
  if (visibleLength(line) <= width) return [line];
  const margin = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = '';
  for (const word of line.trimStart().split(/ +/)) {
    if (current === '') {
      current = margin + word;
    } else if (visibleLength(current) + 1 + visibleLength(word) > width) {
      lines.push(current);
      current = margin + word;
    } else {
      current += ` ${word}`;
    }
  }
  return [...lines, current];
}

/** Colours take no place on the screen. */
function visibleLength(text: string): number {
  return text.replaceAll(colors, '').length;
}

/** Wraps `text` to `width` with `indent` before each line, `first` before the first. */
export function indentText(text: string, width: number, indent: string, first = indent): string[] {
  return wrapText(text, width - indent.length).map((line, index) =>
    line === '' ? '' : (index === 0 ? first : indent) + line,
  );
}
