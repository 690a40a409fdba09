import type { SourceLocation } from '../../errors/djdev-error.ts';
import { docsAddress } from '../docs-address.ts';
import type { ErrorReport } from '../report.ts';
import { readAdvice } from './advice.ts';
import { sanitizeText } from './sanitize-text.ts';
import type { Style } from './style.ts';
import { indentText } from './wrap-text.ts';

export interface CardOptions {
  readonly style: Style;
  /** Columns to wrap at. */
  readonly columns: number;
  /** The line of the source at a location, where it can be read. */
  readonly readSource: (location: SourceLocation) => string | undefined;
  /** A path as the reader would type it. */
  readonly displayPath: (file: string) => string;
}

/**
 * An error for a person: what happened and why, where, the last output lines, what to do, and
 * under which code the documentation has more.
 */
export function formatErrorCard(error: ErrorReport, options: CardOptions): string[] {
  const { style, columns } = options;
  const issues = (error.issues ?? []).filter((issue) => issue.message !== error.message);
  // A message that must stand alone quotes the first problem; here all of them follow.
  const message = issues.length > 0 ? error.message.replace(/ The first: .*$/s, '') : error.message;
  return [
    ...indentText(sanitizeText(message), columns, '  ', `${style.red('✗')} `),
    ...formatPlace(issues.length > 0 ? undefined : error.location, options),
    ...issues.flatMap((issue) => [
      '',
      ...indentText(sanitizeText(issue.message), columns, '  '),
      ...formatPlace(issue.location, options),
      ...formatHint(issue.hint, options),
    ]),
    ...(issues.length > 0 ? [''] : []),
    ...(error.output ?? []).map((line) => `  ${style.dim('|')} ${sanitizeText(line)}`),
    ...(issues.some(({ hint }) => hint === error.hint) ? [] : formatHint(error.hint, options)),
    style.dim(`  ${error.code}  ${docsAddress('errors', error.code)}`),
  ];
}

/** A location, and below it the line itself with a caret under the column. */
export function formatPlace(
  location: SourceLocation | undefined,
  { style, readSource, displayPath }: CardOptions,
): string[] {
  if (location === undefined) return [];
  const source = readSource(location);
  const place = `  ${style.cyan(formatLocation(location, displayPath))}`;
  if (source === undefined || location.line === undefined) return [place];
  const gutter = String(location.line);
  const frame = [place, `  ${style.dim(`${gutter} |`)} ${sanitizeText(source)}`];
  if (location.column === undefined) return frame;
  // What stands before the caret may hold tabs: measure it as it is printed.
  const before = sanitizeText(source.slice(0, location.column - 1)).length;
  const blank = ' '.repeat(gutter.length);
  return [...frame, `  ${style.dim(`${blank} |`)} ${' '.repeat(before)}${style.red('^')}`];
}

/** What to do, behind an arrow, and below it the code to write; nothing for an empty hint. */
export function formatHint(hint: string | undefined, { style, columns }: CardOptions): string[] {
  if (hint === undefined || hint === '') return [];
  const { text, code } = readAdvice(sanitizeText(hint));
  return [
    ...indentText(text, columns, '    ', `  ${style.cyan('→')} `),
    // Code is there to be pasted.
    ...(code === '' ? [] : code.split('\n').map((line) => (line === '' ? '' : `    ${line}`))),
  ];
}

/** `config/settings.py:12:3` */
export function formatLocation(
  { file, line, column }: SourceLocation,
  displayPath: CardOptions['displayPath'],
): string {
  const place = [displayPath(file), line, line === undefined ? undefined : column];
  return place.filter((part) => part !== undefined).join(':');
}
