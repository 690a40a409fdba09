import type { Finding } from '../finding.ts';
import { isSentence } from './advice.ts';
import { type CardOptions, formatHint, formatLocation, formatPlace } from './error-card.ts';
import { sanitizeText } from './sanitize-text.ts';
import { indentText } from './wrap-text.ts';

/** Everything about a finding that fails the run. */
export function formatFailure(finding: Finding, options: CardOptions): string[] {
  const { style, columns } = options;
  return [
    ...indentText(sanitizeText(finding.title), columns, '  ', `${markOf(finding, options)} `),
    ...formatPlace(finding.location, options),
    ...formatEvidence(finding.detail, columns),
    ...formatHint(finding.hint, options),
    style.dim(`  ${finding.step}  ${finding.code}`),
  ];
}

/**
 * Evidence as it is: a line of log or a command that is broken at 80 columns can neither be
 * searched for nor pasted. Sentences are wrapped.
 */
function formatEvidence(detail: string, columns: number): string[] {
  if (detail === '') return [];
  const lines = sanitizeText(detail).trimEnd().split('\n');
  return lines.flatMap((line) =>
    lines.length === 1 || isSentence(line)
      ? indentText(line, columns, '    ')
      : [line.trim() === '' ? '' : `    ${line.trimEnd()}`],
  );
}

/** One line, for what is not the first to look at. */
export function formatBriefly(finding: Finding, options: CardOptions): string[] {
  const title = `${sanitizeText(finding.title)}${formatWhere(finding, options)} [${finding.code}]`;
  return indentText(title, options.columns, '  ', `${markOf(finding, options)} `);
}

/** One line, and one for what to do. */
export function formatWarning(finding: Finding, options: CardOptions): string[] {
  return [...formatBriefly(finding, options), ...formatHint(finding.hint, options)];
}

/** A finding whose level the team has changed: it is not forgotten. Nothing for any other. */
export function formatJudged(finding: Finding, { style, columns }: CardOptions): string[] {
  const { title, code, level, judgement } = finding;
  if (judgement === undefined) return [];
  const by = judgement.by === 'baseline' ? 'in the baseline' : judgement.reason;
  const until = judgement.until === undefined ? '' : `until ${judgement.until}`;
  const why = [by, until].filter((part) => part !== undefined && part !== '').join(', ');
  const now = level === 'pass' ? 'ignored' : `counts as ${level}`;
  const text = `${sanitizeText(title)} [${code}] ${now}${why === '' ? '' : `: ${why}`}`;
  return indentText(text, columns, '  ', `${style.dim('·')} `);
}

function formatWhere({ location }: Finding, { displayPath }: CardOptions): string {
  return location === undefined ? '' : ` (${formatLocation(location, displayPath)})`;
}

function markOf({ level }: Finding, { style }: CardOptions): string {
  return level === 'warn' ? style.yellow('!') : style.red('✗');
}
