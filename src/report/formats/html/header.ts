import type { FinishedRun } from '../../finished-run.ts';
import type { Finding } from '../../finding.ts';
import type { Report } from '../../report.ts';
import { formatBytes, formatDuration } from '../quantity.ts';
import { rankFindings } from '../rank-findings.ts';
import { describeDowntime, describeVerdict } from '../verdict.ts';
import { readAdvice } from '../advice.ts';
import { renderAdvice } from './advice.ts';
import { type Markup, markup, nothing } from './markup.ts';

const shownFixes = 3;

/** The verdict and the time, then what to do first. */
export function renderHeader(
  { report }: FinishedRun,
  anchors: ReadonlyMap<Finding, string>,
): Markup {
  const { failing, warnings } = rankFindings(report);
  const { title, rest } = describeVerdict(report, failing.length, warnings.length);
  const started = new Date(report.startedAt);
  const downtime = describeDowntime(report);
  const facts = [
    ...(rest === '' ? [] : [markup`<span>${rest}</span>`]),
    markup`<span>${formatDuration(report.ms)}</span>`,
    markup`<time datetime="${report.startedAt}">${formatDate(started)}</time>`,
    ...(report.image === undefined
      ? []
      : [markup`<span>image ${formatBytes(report.image.bytes)}</span>`]),
  ];
  return markup`<header class="verdict ${report.verdict}">
<p class="mark" aria-hidden="true">${verdictMark[report.verdict]}</p>
<div><h1>${title}</h1>
<p class="facts">${facts}</p>${downtime === undefined ? nothing : markup`<p class="downtime">${downtime}</p>`}</div>
</header>
${renderError(report)}${renderFixes([...failing, ...warnings], anchors)}`;
}

const verdictMark: Readonly<Record<Report['verdict'], string>> = {
  pass: '✓',
  fail: '✗',
  error: '!',
  interrupted: '■',
};

function renderError({ error }: Report): Markup {
  if (error === undefined) return nothing;
  const output = error.output ?? [];
  return markup`<section class="card error" aria-labelledby="error-title">
<h2 id="error-title">${error.message}</h2>
${renderAdvice(error.hint ?? '')}
${output.length === 0 ? nothing : markup`<pre tabindex="0" aria-label="Output">${output.join('\n')}</pre>`}
${(error.issues ?? []).map(({ message, location }) => markup`<p>${message} <code>${location.file}:${location.line ?? 1}</code></p>`)}
<p class="meta"><code>${error.code}</code></p>
</section>`;
}

/** The first things to do, in order; with more than one problem only. */
function renderFixes(findings: readonly Finding[], anchors: ReadonlyMap<Finding, string>): Markup {
  const fixes = findings.filter(({ hint }) => hint !== '').slice(0, shownFixes);
  if (fixes.length === 0) return nothing;
  return markup`<section aria-labelledby="fixes-title">
<h2 id="fixes-title">${fixes.length === 1 ? 'What to do' : 'What to do first'}</h2>
<ol class="fixes">${fixes.map(
    (finding) =>
      markup`<li class="${finding.level}"><a href="#${anchors.get(finding) ?? ''}">${finding.title}</a><p>${readAdvice(finding.hint).text}</p></li>
`,
  )}</ol>
</section>`;
}

/** `22 November 2026, 12:00 UTC` */
function formatDate(date: Date): string {
  const day = date.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  return `${day}, ${date.toISOString().slice(11, 16)} UTC`;
}
