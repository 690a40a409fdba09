import { sanitizeText } from '../report/formats/sanitize-text.ts';
import type { Style } from '../report/formats/style.ts';
import { indentText } from '../report/formats/wrap-text.ts';
import type { ParityDifference, ParityPlace, ParityReport } from './parity-report.ts';

/** How the text is laid out. */
export interface ParityLayout {
  readonly style: Style;
  readonly columns: number;
  /** Every name of what stands for several, and advice in full. */
  readonly verbose: boolean;
}

const shownItems = 4;
const shownAdvice = 5;

/** The comparison for people, ending with a newline. Pure. */
export function formatParity(report: ParityReport, layout: ParityLayout): string {
  const { style } = layout;
  const parts = [
    [
      `${style.bold(`Parity of ${sanitizeText(report.project)}: ${report.score} of 100`)}${measuredNote(report)}`,
      ...formatPlace('here', report.here, layout),
      ...formatPlace('production', report.production, layout),
    ],
    ...report.areas.map(({ area, cost }) => {
      const rows = report.differences.filter((one) => one.area === area);
      const loss = cost > 0 ? style.red(`−${cost}`) : '';
      return rows.length === 0
        ? []
        : [`${style.bold(area)}  ${loss}`, ...rows.flatMap((row) => formatRow(row, layout))];
    }),
    formatIntended(report.intended, layout),
    formatNotMeasured(report, layout),
    formatAdvice(report, layout),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function measuredNote({ areas }: ParityReport): string {
  const measured = areas.filter(({ notMeasured }) => notMeasured === undefined).length;
  return measured === areas.length ? '' : ` (${measured} of ${areas.length} areas measured)`;
}

function formatPlace(name: string, { what, image }: ParityPlace, { columns }: ParityLayout) {
  const id = image === undefined ? '' : ` (${image.slice(0, 'sha256:'.length + 12)})`;
  const first = `  ${name.padEnd(12)}`;
  return indentText(sanitizeText(`${what}${id}`), columns, ' '.repeat(first.length), first);
}

function formatRow(row: ParityDifference, { style, columns, verbose }: ParityLayout): string[] {
  const { subject, here = 'not there', production = 'not there', origin, items } = row;
  const names = items === undefined ? '' : `${listItems(items, verbose)}; `;
  return [
    ...indentText(
      sanitizeText(`${subject}: ${here} here, ${production} in production`),
      columns,
      '    ',
      '  ',
    ),
    ...indentText(sanitizeText(`${names}${origin}`), columns, '    ').map(style.dim),
  ];
}

function listItems(items: readonly string[], verbose: boolean): string {
  const shown = verbose ? items : items.slice(0, shownItems);
  const more = items.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Those of one reason in one line: they are read only when somebody wonders. */
function formatIntended(
  intended: readonly ParityDifference[],
  { style, columns, verbose }: ParityLayout,
): string[] {
  if (intended.length === 0) return [];
  const byReason = Map.groupBy(intended, (one) => one.intended ?? '');
  return [
    style.bold('Meant to differ, and free'),
    ...[...byReason].flatMap(([reason, rows]) => {
      const names = rows.flatMap(({ subject, items }) =>
        verbose && items !== undefined ? items : [subject],
      );
      return indentText(sanitizeText(`${reason}: ${names.join(', ')}`), columns, '    ', '  ');
    }),
  ];
}

function formatNotMeasured({ areas }: ParityReport, { style, columns }: ParityLayout): string[] {
  const rows = areas.filter(({ notMeasured }) => notMeasured !== undefined);
  if (rows.length === 0) return [];
  return [
    style.bold('Not measured'),
    ...rows.flatMap(({ area, notMeasured = '' }) =>
      indentText(sanitizeText(`${area}: ${notMeasured}`), columns, '    ', '  '),
    ),
  ];
}

function formatAdvice(
  { advice }: ParityReport,
  { style, columns, verbose }: ParityLayout,
): string[] {
  const shown = verbose ? advice : advice.slice(0, shownAdvice);
  if (shown.length === 0) return [];
  return [
    style.bold('To raise the score'),
    ...shown.flatMap(({ points, text }) =>
      indentText(sanitizeText(text), columns, '       ', `  ${`+${points}`.padEnd(5)}`),
    ),
  ];
}
