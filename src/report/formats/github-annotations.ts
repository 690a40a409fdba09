import { docsAddress } from '../docs-address.ts';
import type { Finding } from '../finding.ts';
import type { Report } from '../report.ts';
import { placeInRepository } from './place-in-repository.ts';
import { formatCount } from './quantity.ts';
import { rankFindings } from './rank-findings.ts';
import { sanitizeText } from './sanitize-text.ts';
import { formatCommand } from './workflow-commands.ts';

/** GitHub shows ten of a level for a step and drops the others without a word. */
const shownOfALevel = 10;

const messageLimitCharacters = 2000;

/** The findings as GitHub annotations, the worst first: one line each. Empty for a clean pass. */
export function formatGithubAnnotations(report: Report): string {
  const { failing, warnings } = rankFindings(report);
  const errors = [
    ...(report.error === undefined ? [] : [annotateError(report.error)]),
    ...failing.map((finding) => annotate('error', finding)),
  ];
  const notes = warnings.map((finding) => annotate('warning', finding));
  return [...limit('error', errors), ...limit('warning', notes)].join('');
}

function annotate(level: 'error' | 'warning', finding: Finding): string {
  const { title, detail, hint, code, location } = finding;
  const uri = placeInRepository(location?.file);
  const place =
    uri === undefined
      ? {}
      : { file: decodeURIComponent(uri), line: location?.line, col: location?.column };
  const text = [title, hint === '' ? '' : `→ ${hint}`, detail, docsAddress('findings', code)];
  return formatCommand(level, { ...place, title: `djdev: ${code}` }, join(text));
}

function annotateError(error: NonNullable<Report['error']>): string {
  const { code, message, hint = '', location } = error;
  const uri = placeInRepository(location?.file);
  const place = uri === undefined ? {} : { file: decodeURIComponent(uri), line: location?.line };
  const text = [message, hint === '' ? '' : `→ ${hint}`, docsAddress('errors', code)];
  return formatCommand('error', { ...place, title: `djdev: ${code}` }, join(text));
}

function join(parts: readonly string[]): string {
  const [docs = '', ...rest] = parts.filter((part) => part !== '').toReversed();
  const text = sanitizeText(rest.toReversed().join('\n'));
  return `${text.length > messageLimitCharacters ? `${text.slice(0, messageLimitCharacters)} …` : text}\n${docs}`;
}

function limit(level: 'error' | 'warning', lines: readonly string[]): readonly string[] {
  if (lines.length <= shownOfALevel) return lines;
  const shown = lines.slice(0, shownOfALevel - 1);
  const noun = level === 'error' ? 'problem' : 'warning';
  const rest = formatCount(lines.length - shown.length, noun);
  const more = formatCommand(
    level,
    { title: 'djdev' },
    `${rest} more: see the summary of the job.`,
  );
  return [...shown, more];
}
