import type {
  AssetCrossing,
  CarriedThing,
  Crossing,
  RolloutPhase,
  RolloutPhaseName,
  RolloutReport,
  VersionSkew,
} from '../../rollout-report.ts';
import { formatCount, formatDuration } from '../quantity.ts';
import { type Markup, markup, nothing } from './markup.ts';
import { drawRollout } from './rollout-picture.ts';

const phaseTexts: Readonly<Record<RolloutPhaseName, string>> = {
  before: 'The old release alone',
  release: 'The release commands run',
  boot: 'The new release boots beside the old one',
  switch: 'The new release takes over, the old one answers what it has begun',
  stop: 'The old release is told to end',
  after: 'The new release alone',
};

/** The deployment as it was played: what it would have cost, when, and why. */
export function renderRollout(rollout: RolloutReport | undefined): Markup {
  if (rollout === undefined) return nothing;
  const { summary, causes, phases, skew } = rollout;
  return markup`<section aria-labelledby="rollout-title">
<h2 id="rollout-title">Rollout</h2>
<p>${summary}</p>
${phases.length === 0 ? nothing : drawRollout(rollout)}
${
  causes.length === 0
    ? nothing
    : markup`<ul class="plain">${causes.slice(0, 20).map(
        ({ text, failed, stalled, exception }) =>
          markup`<li>${describeCounts(failed, stalled)}: ${text}${exception === undefined ? nothing : markup`<br><code>${exception}</code>`}</li>
`,
      )}</ul>`
}
${phases.length === 0 ? nothing : renderPhases(phases)}
${skew === undefined ? nothing : renderSkew(skew)}
</section>`;
}

function describeCounts(failed: number, stalled: number): string {
  return [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(stalled > 0 ? [`${stalled} waited`] : []),
  ].join(', ');
}

function renderPhases(phases: readonly RolloutPhase[]): Markup {
  return markup`<div class="scroll" tabindex="0" role="group" aria-label="Phases of the rollout"><table>
<thead><tr><th scope="col">Phase</th><th scope="col" class="number">Time</th><th scope="col" class="number">Requests</th><th scope="col" class="number">Failed</th><th scope="col" class="number">Waited</th><th scope="col" class="number">Median</th><th scope="col" class="number">95 %</th><th scope="col" class="number">At worst</th></tr></thead>
<tbody>${phases.map(
    ({ name, ms, requests, failed, stalled, p50Ms, p95Ms, worstMs }) =>
      markup`<tr class="${failed > 0 ? 'failed' : stalled > 0 ? 'warned' : 'passed'}"><th scope="row">${phaseTexts[name]}</th><td class="number">${formatDuration(ms)}</td><td class="number">${requests}</td><td class="number">${failed}</td><td class="number">${stalled}</td>${[p50Ms, p95Ms, worstMs].map((value) => markup`<td class="number">${requests === 0 ? '' : formatDuration(value)}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}

const thingNames: Readonly<Record<CarriedThing, string>> = {
  session: 'Sessions',
  login: 'Logins',
  csrf: 'Forms with a CSRF token',
  signed: 'Signed data',
  cached: 'Cached values',
  task: 'Queued jobs',
};

/** What is carried from one release to the other. */
function renderSkew({ crossings, assets }: VersionSkew): Markup {
  const things = [...new Set(crossings.map(({ what }) => what))];
  if (things.length === 0 && assets.length === 0) return nothing;
  return markup`<h3>From one release to the other</h3>
<div class="scroll" tabindex="0" role="group" aria-label="What is carried from one release to the other"><table>
<thead><tr><th scope="col">What</th><th scope="col">Old to new</th><th scope="col">New to old</th></tr></thead>
<tbody>${things.map(
    (what) =>
      markup`<tr><th scope="row">${thingNames[what]}</th>${renderCrossing(crossings, what, 'old-to-new')}${renderCrossing(crossings, what, 'new-to-old')}</tr>
`,
  )}${
    assets.length === 0
      ? nothing
      : markup`<tr><th scope="row">Files of pages</th>${renderAssets(assets, 'old-to-new')}${renderAssets(assets, 'new-to-old')}</tr>`
  }</tbody></table></div>`;
}

const outcomeTexts = { kept: 'kept', lost: 'lost', 'not-tried': 'not tried' } as const;

function renderCrossing(
  crossings: readonly Crossing[],
  what: CarriedThing,
  direction: Crossing['direction'],
): Markup {
  const found = crossings.find((one) => one.what === what && one.direction === direction);
  if (found === undefined) return markup`<td></td>`;
  const { outcome, detail } = found;
  const state = outcome === 'lost' && direction === 'old-to-new' ? 'failed' : 'passed';
  return markup`<td class="${state}"><span class="outcome">${outcomeTexts[outcome]}</span>${detail === '' ? nothing : markup` ${detail}`}</td>`;
}

function renderAssets(
  assets: readonly AssetCrossing[],
  direction: AssetCrossing['direction'],
): Markup {
  const found = assets.find((one) => one.direction === direction);
  if (found === undefined) return markup`<td></td>`;
  const { asked, missing } = found;
  if (missing.length === 0)
    return markup`<td><span class="outcome">${asked === 0 ? 'none' : 'kept'}</span></td>`;
  const shown = missing.slice(0, 10).map(({ path }) => markup`<li><code>${path}</code></li>`);
  return markup`<td class="${direction === 'old-to-new' ? 'warned' : 'passed'}"><span class="outcome">${missing.length} of ${formatCount(asked, 'file')} missing</span><ul class="plain">${shown}</ul></td>`;
}
