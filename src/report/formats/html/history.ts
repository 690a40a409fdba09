import { type Change, compareRuns, type RunComparison } from '../../compare-runs.ts';
import type { FinishedRun } from '../../finished-run.ts';
import { recordOf, type RunRecord } from '../../run-record.ts';
import { formatCount, formatDuration, formatMeasurement } from '../quantity.ts';
import { type Markup, markup, nothing } from './markup.ts';

/** What changed since the runs before, and their verdicts and times as a row of bars. */
export function renderHistory({ report, earlier }: FinishedRun): Markup {
  const now = recordOf(report);
  const comparison = compareRuns(earlier, now);
  if (comparison === undefined) return nothing;
  return markup`<section aria-labelledby="history-title">
<h2 id="history-title">Since the last rehearsal</h2>
${renderRuns([...earlier, now])}
${renderComparison(comparison)}
</section>`;
}

function renderRuns(runs: readonly RunRecord[]): Markup {
  const shown = runs.slice(-30);
  const longest = Math.max(1, ...shown.map(({ ms }) => ms));
  const bars = shown.map(({ ms, verdict, startedAt }, index) => {
    const height = Math.max(3, (ms / longest) * 44);
    return markup`<rect class="${verdict}" x="${index * 14}" y="${(48 - height).toFixed(1)}" width="10" height="${height.toFixed(1)}" rx="2"><title>${startedAt.slice(0, 16).replace('T', ' ')} ${verdict} ${formatDuration(ms)}</title></rect>`;
  });
  const passed = shown.filter(({ verdict }) => verdict === 'pass').length;
  const label = `The last ${formatCount(shown.length, 'run')}: ${passed} passed`;
  return markup`<svg class="runs" viewBox="0 0 ${shown.length * 14} 48" width="${shown.length * 14}" height="48" role="img" aria-label="${label}">${bars}</svg>`;
}

function renderComparison({ worse, better, appeared, fixed, remaining }: RunComparison): Markup {
  const rows = [
    ...appeared.map(({ title, code }) =>
      renderRow('worse', 'New', markup`${title} <code>${code}</code>`),
    ),
    ...fixed.map(({ title, code }) =>
      renderRow('better', 'Fixed', markup`<s>${title}</s> <code>${code}</code>`),
    ),
    ...worse.map((change) =>
      renderRow('worse', change.unit === 'bytes' ? 'Larger' : 'Slower', describeChange(change)),
    ),
    ...better.map((change) =>
      renderRow('better', change.unit === 'bytes' ? 'Smaller' : 'Faster', describeChange(change)),
    ),
  ];
  const still = remaining === 0 ? '' : `${formatCount(remaining, 'finding')} as before. `;
  if (rows.length === 0) return markup`<p>${still}Nothing got slower, larger, better or worse.</p>`;
  return markup`<ul class="changes">${rows}</ul>${still === '' ? nothing : markup`<p class="meta">${still}</p>`}`;
}

function renderRow(kind: 'worse' | 'better', label: string, text: Markup): Markup {
  return markup`<li class="${kind}"><span class="label">${label}</span> ${text}</li>
`;
}

function describeChange({ what, unit, before, after }: Change): Markup {
  const show = (value: number): string => formatMeasurement({ name: what, value, unit });
  return markup`${what}: ${show(before)} → <strong>${show(after)}</strong>`;
}
