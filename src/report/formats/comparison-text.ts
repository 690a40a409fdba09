import type { Change, RunComparison } from '../compare-runs.ts';
import { formatCount, formatMeasurement } from './quantity.ts';
import { sanitizeText } from './sanitize-text.ts';
import type { Style } from './style.ts';

/** The page has all of them. */
const shownChanges = 8;

/** What changed since the runs before, a line each; nothing when nothing did. */
export function formatComparison(
  { worse, better, appeared, fixed }: RunComparison,
  { style, columns }: { readonly style: Style; readonly columns: number },
): string[] {
  const rows: readonly (readonly [string, string])[] = [
    ...appeared.map(({ title }) => [style.red('new    '), sanitizeText(title)] as const),
    ...fixed.map(({ title }) => [style.green('fixed  '), sanitizeText(title)] as const),
    ...worse.map((change) => [style.yellow(nameChange(change)), describe(change)] as const),
    ...better.map((change) => [style.green(nameChange(change)), describe(change)] as const),
  ];
  if (rows.length === 0) return [];
  const rest = rows.length - shownChanges;
  const room = columns - 10;
  return [
    style.bold('Since the last rehearsal'),
    // What is new stands above in full, and what is fixed needs no more than its name.
    ...rows.slice(0, shownChanges).map(([label, text]) => `  ${label} ${shorten(text, room)}`),
    ...(rest > 0 ? [`  and ${formatCount(rest, 'change')} more`] : []),
  ];
}

function shorten(text: string, width: number): string {
  const line = text.replaceAll('\n', ' ');
  return line.length <= width ? line : `${line.slice(0, width - 1).trimEnd()}…`;
}

function nameChange({ unit, before, after }: Change): string {
  if (unit === 'bytes') return after > before ? 'larger ' : 'smaller';
  return after > before ? 'slower ' : 'faster ';
}

function describe({ what, unit, before, after }: Change): string {
  const show = (value: number): string => formatMeasurement({ name: what, value, unit });
  return `${what}  ${show(before)} → ${show(after)}`;
}
