import { sanitizeText } from '../report/formats/sanitize-text.ts';
import type { Style } from '../report/formats/style.ts';

/** One row: what differs, and how it is on either side. */
export interface ShownDifference {
  readonly what: string;
  readonly here: string;
  readonly production: string;
}

/** A table of what differs from production, ending with a newline. Pure. */
export function formatDifferences(rows: readonly ShownDifference[], style: Style): string {
  const head = { what: 'DIFFERENT', here: 'HERE', production: 'IN PRODUCTION' };
  const all = [head, ...rows].map(({ what, here, production }) =>
    [what, here, production].map(sanitizeText),
  );
  const widths = [0, 1].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const [first = '', ...others] = lines;
  const same = 'The image is the same, and so is all else.';
  return `${[style.bold(first), ...others, style.dim(same)].join('\n')}\n`;
}
