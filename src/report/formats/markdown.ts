import { docsAddress } from '../docs-address.ts';
import type { Finding } from '../finding.ts';
import type { Report, StepReport } from '../report.ts';
import { readAdvice } from './advice.ts';
import { formatLocation } from './error-card.ts';
import { escapeMarkdown, fenceCode } from './markdown-text.ts';
import { formatBytes, formatCount, formatDuration } from './quantity.ts';
import { type RankedFindings, rankFindings } from './rank-findings.ts';
import { describeDowntime, describeVerdict } from './verdict.ts';

/** What the readers of Markdown take: GitHub 65,536 characters of a comment, 1 MiB of a summary. */
export const markdownLimits = { comment: 65_000, summary: 1_000_000 } as const;

const evidenceLimitCharacters = 4000;
const marks = {
  passed: '✅',
  warned: '⚠️',
  failed: '❌',
  error: '❌',
  interrupted: '⏹️',
  skipped: '➖',
};

/**
 * The report as a comment of a pull request or the summary of a job, of at most `limitBytes` bytes
 * of UTF-8. What does not fit is left out from the end, and said.
 */
export function formatMarkdown(report: Report, limitBytes: number): string {
  const ranked = rankFindings(report);
  const blocks = [
    ...formatHead(report, ranked),
    ...ranked.failing.map((finding) => formatProblem(finding, '❌')),
    ...formatWarnings(ranked),
    formatSteps(report),
    formatFoot(report),
  ].filter((block) => block !== '');
  return fit(blocks, limitBytes);
}

function formatHead(report: Report, ranked: RankedFindings): string[] {
  const { failing, warnings } = ranked;
  const verdict = describeVerdict(report, failing.length, warnings.length);
  const icon = { pass: '✅', fail: '❌', error: '❌', interrupted: '⏹️' }[report.verdict];
  const { error } = report;
  const downtime = describeDowntime(report);
  return [
    // A bot that updates its comment finds it by this line.
    `<!-- ${['djdev rehearse', report.project.replace(/[^\w-]|--/g, '')].join(' ').trim()} -->`,
    `### ${icon} ${escapeMarkdown(verdict.title)}`,
    escapeMarkdown(
      [verdict.rest, formatDuration(report.ms)].filter((part) => part !== '').join(' · '),
    ),
    ...(downtime === undefined ? [] : [escapeMarkdown(downtime)]),
    ...(error === undefined
      ? []
      : [
          [
            `**${escapeMarkdown(error.message)}**`,
            ...formatAdvice(error.hint ?? ''),
            ...(error.output === undefined ? [] : [fenceCode(cut(error.output.join('\n')))]),
            `[\`${error.code}\`](${docsAddress('errors', error.code)})`,
          ].join('\n\n'),
        ]),
  ];
}

function formatProblem(finding: Finding, icon: string): string {
  const { title, detail, hint, code, step, location } = finding;
  const place =
    location === undefined
      ? ''
      : `\`${formatLocation(location, (file) => file).replaceAll('`', '')}\` · `;
  return [
    `#### ${icon} ${escapeMarkdown(title)}`,
    ...formatAdvice(hint),
    ...(detail === '' ? [] : [fenceCode(cut(detail), 'text')]),
    `${place}step ${step} · [\`${code}\`](${docsAddress('findings', code)})`,
  ].join('\n\n');
}

function formatAdvice(hint: string): string[] {
  if (hint === '') return [];
  const { text, code } = readAdvice(hint);
  const paragraphs = text.split('\n').map(escapeMarkdown);
  return [
    `→ ${paragraphs.join('\n\n')}`,
    ...(code === '' ? [] : [fenceCode(code, languageOf(code))]),
  ];
}

function languageOf(code: string): string {
  return /^(?:from|import|class|def) /m.test(code) ? 'python' : '';
}

function formatWarnings({ warnings }: RankedFindings): string[] {
  if (warnings.length === 0) return [];
  return [
    [
      `<details><summary>${formatCount(warnings.length, 'warning')}</summary>`,
      ...warnings.map((finding) => formatProblem(finding, '⚠️')),
      '</details>',
    ].join('\n\n'),
  ];
}

function formatSteps({ steps, requests = [] }: Report): string {
  if (steps.length === 0) return '';
  const failed = requests.filter(({ ok }) => !ok).length;
  const note = failed === 0 ? '' : `, ${failed} not as expected`;
  return [
    '<details><summary>Steps</summary>',
    [
      '| | step | time | |',
      '|---|---|--:|---|',
      ...steps.map((step) => formatStep(step, note)),
    ].join('\n'),
    '</details>',
  ].join('\n\n');
}

function formatStep({ id, outcome, ms, summary }: StepReport, note: string): string {
  const time = outcome === 'skipped' ? '' : formatDuration(ms);
  const text = escapeMarkdown(summary) + (id === 'smoke' && outcome !== 'skipped' ? note : '');
  return `| ${marks[outcome]} | ${id} | ${time} | ${text} |`;
}

function formatFoot({ image, djdev, project }: Report): string {
  const facts = [
    ...(image === undefined ? [] : [`image ${formatBytes(image.bytes)}`]),
    `djdev ${djdev}`,
    ...(project === '' ? [] : [escapeMarkdown(project)]),
    'again: <code>djdev rehearse</code>',
  ];
  return `<sub>${facts.join(' · ')}</sub>`;
}

function cut(text: string): string {
  return text.length <= evidenceLimitCharacters
    ? text
    : `${text.slice(0, evidenceLimitCharacters)}\n… (the report has all of it)`;
}

function fit(blocks: readonly string[], limitBytes: number): string {
  const more = '_More than fits here: the report has all of it._';
  const room = limitBytes - Buffer.byteLength(more) - 2;
  let used = 0;
  const kept: string[] = [];
  for (const block of blocks) {
    used += Buffer.byteLength(block) + 2;
    if (used > room) return `${[...kept, more].join('\n\n')}\n`;
    kept.push(block);
  }
  return `${kept.join('\n\n')}\n`;
}
