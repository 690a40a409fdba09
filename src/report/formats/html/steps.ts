import type { Report, StepReport } from '../../report.ts';
import { formatDuration, formatMeasurement } from '../quantity.ts';
import { type Markup, markup, nothing } from './markup.ts';

/** The steps on a common axis of time: what ran beside what, and what took long. */
export function renderSteps({ steps, ms }: Report): Markup {
  if (steps.length === 0) return nothing;
  const endMs = Math.max(ms, 1, ...steps.map((step) => (step.startMs ?? 0) + step.ms));
  return markup`<section aria-labelledby="steps-title">
<h2 id="steps-title">Steps</h2>
<div class="scroll" tabindex="0" role="group" aria-labelledby="steps-title"><table class="steps">
<thead><tr><th scope="col">Step</th><th scope="col" class="number">Time</th><th scope="col" class="when">When</th><th scope="col">Result</th></tr></thead>
<tbody>
${steps.map((step) => renderStep(step, endMs))}</tbody></table></div>
</section>`;
}

function renderStep(step: StepReport, endMs: number): Markup {
  const { id, outcome, ms, summary, measurements } = step;
  const ran = outcome !== 'skipped';
  const measured = measurements.map(
    (one) => markup`<li>${one.name} <strong>${formatMeasurement(one)}</strong></li>`,
  );
  return markup`<tr class="${outcome}"><th scope="row"><span class="dot" aria-hidden="true"></span>${id}</th>
<td class="number">${ran ? formatDuration(ms) : ''}</td>
<td class="when">${ran ? renderBar(step, endMs) : nothing}</td>
<td><span class="outcome">${outcome}</span> ${summary}${measured.length === 0 ? nothing : markup`<ul class="measured">${measured}</ul>`}</td></tr>
`;
}

function renderBar({ startMs = 0, ms }: StepReport, endMs: number): Markup {
  const at = (value: number): string => ((value / endMs) * 1000).toFixed(1);
  const width = Math.max(4, (ms / endMs) * 1000).toFixed(1);
  return markup`<svg class="bar" viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="1000" height="12"/><rect class="span" x="${at(startMs)}" width="${width}" height="12"/></svg>`;
}
