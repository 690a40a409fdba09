import { docsAddress } from '../../docs-address.ts';
import type { Finding } from '../../finding.ts';
import type { Report } from '../../report.ts';
import { formatLocation } from '../error-card.ts';
import { formatMeasurement } from '../quantity.ts';
import { rankFindings } from '../rank-findings.ts';
import { renderAdvice } from './advice.ts';
import { type Markup, markup, nothing } from './markup.ts';

/** With more than these, all closed: a page that is long already is no overview. */
const openAtMost = 8;

/** Fewer are seen at a glance. */
const filteredFrom = 5;

/** From here on the browser draws only what is on the screen. */
const lightFrom = 100;

/** The id of each finding's place on the page, in the order in which they stand there. */
export function anchorFindings(report: Report): ReadonlyMap<Finding, string> {
  const { failing, warnings, passes } = rankFindings(report);
  return new Map(
    [...failing, ...warnings, ...passes].map((finding, index) => [finding, `finding-${index + 1}`]),
  );
}

/** Every finding with its evidence and what to do; the script adds filter and search. */
export function renderFindings(report: Report, anchors: ReadonlyMap<Finding, string>): Markup {
  const { findings } = report;
  if (findings.length === 0) return nothing;
  const counts = (['fail', 'warn', 'pass'] as const).map((level) => ({
    level,
    count: findings.filter((finding) => finding.level === level).length,
  }));
  const failures = findings.filter(({ level }) => level === 'fail').length;
  return markup`<section id="findings" aria-labelledby="findings-title">
<h2 id="findings-title">Findings</h2>
${findings.length < filteredFrom ? nothing : renderFilter(counts)}
<ul class="findings${findings.length > lightFrom ? ' many' : ''}">
${[...anchors].map(([finding, id]) => renderFinding(finding, id, failures <= openAtMost))}</ul>
<p id="none" hidden>No finding fits.</p>
</section>`;
}

interface LevelCount {
  readonly level: Finding['level'];
  readonly count: number;
}

/** Hidden until the script makes it do something. */
function renderFilter(counts: readonly LevelCount[]): Markup {
  return markup`<form class="filter" role="search" aria-label="Findings" hidden>
<input type="search" id="search" placeholder="Search findings" aria-label="Search findings" autocomplete="off" spellcheck="false">
<fieldset><legend class="unseen">Levels</legend>
${counts
  .filter(({ count }) => count > 0)
  .map(
    ({ level, count }) =>
      markup`<label class="chip ${level}"><input type="checkbox" name="level" value="${level}" checked> ${levelNames[level]} <span class="count">${count}</span></label>
`,
  )}</fieldset>
<button type="button" id="expand" aria-pressed="false">Open all</button>
<output id="shown" aria-live="polite"></output>
</form>`;
}

const levelNames = { fail: 'Failures', warn: 'Warnings', pass: 'Passed' } as const;
const marks = { fail: '✗', warn: '!', pass: '✓' } as const;
const words = { fail: 'Failure', warn: 'Warning', pass: 'Passed' } as const;

function renderFinding(finding: Finding, id: string, opens: boolean): Markup {
  const { level, title, step, code, detail, hint, measurement } = finding;
  const open = level === 'fail' && opens ? markup` open` : nothing;
  return markup`<li id="${id}" class="finding ${level}" data-level="${level}"><details${open}>
<summary><span class="mark" aria-hidden="true">${marks[level]}</span><span class="unseen">${words[level]}: </span><span class="title">${title}</span> <span class="step">${step}</span></summary>
<div class="body">${renderPlace(finding)}${renderJudgement(finding)}
${detail === '' ? nothing : markup`<pre tabindex="0" aria-label="Evidence">${detail}</pre>`}
${renderAdvice(hint)}
<p class="meta"><a href="${docsAddress('findings', code)}" rel="noreferrer"><code>${code}</code></a>${measurement === undefined ? nothing : markup` · ${measurement.name} ${formatMeasurement(measurement)}`}</p></div>
</details></li>
`;
}

/** That the team has given it another level, and why. */
function renderJudgement({ level, judgement }: Finding): Markup {
  if (judgement === undefined) return nothing;
  const by = judgement.by === 'baseline' ? 'it is in the baseline' : judgement.reason;
  const until = judgement.until === undefined ? '' : `, until ${judgement.until}`;
  const now = level === 'pass' ? 'ignored' : `counts as ${level}`;
  return markup`<p class="meta">Would be ${judgement.from}, ${now}${by === undefined ? '' : `: ${by}`}${until}.</p>`;
}

function renderPlace({ location }: Finding): Markup {
  if (location === undefined) return nothing;
  return markup`<p class="place"><code>${formatLocation(location, (file) => file)}</code></p>`;
}
