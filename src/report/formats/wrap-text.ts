/**
 * Breaks text at spaces into lines of at most `width` characters. Its own line breaks and the
 * indentation of a line are kept; a word that is longer than a line keeps a line to itself, so
 * that paths and URLs can still be copied.
 */
export function wrapText(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line.trimEnd(), width));
}

function wrapLine(line: string, width: number): string[] {
  if (line.length <= width) return [line];
  const margin = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = '';
  for (const word of line.trimStart().split(/ +/)) {
    if (current === '') {
      current = margin + word;
    } else if (current.length + 1 + word.length > width) {
      lines.push(current);
      current = margin + word;
    } else {
      current += ` ${word}`;
    }
  }
  return [...lines, current];
}

/** Wraps `text` to `width` with `indent` before each line, `first` before the first. */
export function indentText(text: string, width: number, indent: string, first = indent): string[] {
  return wrapText(text, width - indent.length).map((line, index) =>
    line === '' ? '' : (index === 0 ? first : indent) + line,
  );
}
