import type { RolloutPhase, RolloutReport } from '../../rollout-report.ts';
import { formatDuration } from '../quantity.ts';
import { type Markup, markup, nothing } from './markup.ts';
import { placeMoment, renderTicks, type TimeAxis } from './time-axis.ts';

const picture = { width: 960, left: 70, right: 16, band: 26, gap: 30, plot: 110 } as const;
/** Served requests that are drawn; all others are. */
const shownPoints = 400;

/** The phases as a band, and below it every request: how long it took, and who answered. */
export function drawRollout(rollout: RolloutReport): Markup {
  const { width, left, right, band, gap, plot } = picture;
  const { phases, points, stallMs, summary } = rollout;
  const toMs = Math.max(1, ...phases.map(({ fromMs, ms }) => fromMs + ms));
  const axis: TimeAxis = { fromMs: 0, toMs, left, width: width - left - right };
  const top = band + gap;
  const bottom = top + plot + 8;
  const scale = createScale(Math.max(10, stallMs / 4, ...points.map(([, ms]) => ms)), top, plot);
  return markup`<figure class="picture"><div class="scroll" tabindex="0" role="group" aria-label="The rollout over time"><svg viewBox="0 0 ${width} ${bottom + 20}" width="${width}" role="img" aria-label="${summary}">
${renderTicks(axis, band + 4, bottom)}
${scale.lines(axis)}
${phases.map((phase) => drawPhase(phase, axis))}
${drawPoints(rollout, axis, scale.y)}
</svg></div>
<figcaption><ul class="legend">
<li><span class="swatch s1"></span>answered by the old release</li>
<li><span class="swatch s2"></span>answered by the new release</li>
<li>${rollout.rps} requests a second; more than ${formatDuration(stallMs)} counts as waiting</li>
</ul></figcaption></figure>`;
}

function drawPhase({ name, fromMs, ms, failed, stalled }: RolloutPhase, axis: TimeAxis): Markup {
  const x = placeMoment(axis, fromMs);
  const width = Math.max(2, placeMoment(axis, fromMs + ms) - x - 1);
  const state = failed > 0 ? 'fails' : stalled > 0 ? 'caution' : 'safe';
  const counts = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(stalled > 0 ? [`${stalled} waited`] : []),
  ].join(', ');
  // About six units a character; what does not fit is in the tooltip and in the table.
  const label = [name, ...(counts === '' ? [] : [counts])].join(': ');
  const text = [label, name].find((one) => width > one.length * 6.2 + 8);
  return markup`<g><title>${label}, ${formatDuration(ms)}</title><rect class="migration ${state}" x="${x}" y="2" width="${width.toFixed(1)}" height="${picture.band - 4}" rx="3"/>${text === undefined ? nothing : markup`<text class="inside" x="${x + 5}" y="17">${text}</text>`}</g>
`;
}

interface Scale {
  readonly y: (ms: number) => number;
  readonly lines: (axis: TimeAxis) => readonly Markup[];
}

/** A stall of seconds beside answers of milliseconds: only logarithms show both. */
function createScale(worstMs: number, top: number, height: number): Scale {
  const decades = Math.max(1, Math.ceil(Math.log10(worstMs)));
  const y = (ms: number): number =>
    Math.round((top + height - (Math.log10(Math.max(1, ms)) / decades) * height) * 10) / 10;
  return {
    y,
    lines: ({ left, width }) =>
      Array.from({ length: decades + 1 }, (_, power) => {
        const at = y(10 ** power);
        return markup`<line class="grid" x1="${left}" x2="${left + width}" y1="${at}" y2="${at}"/><text class="axis" x="${left - 8}" y="${at + 4}" text-anchor="end">${formatDuration(10 ** power)}</text>`;
      }),
  };
}

function drawPoints(
  { points, stallMs }: RolloutReport,
  axis: TimeAxis,
  y: (ms: number) => number,
): readonly Markup[] {
  const isBad = ([, ms, status]: RolloutReport['points'][number]): boolean =>
    status === 0 || status >= 500 || ms > stallMs;
  const step = Math.ceil(points.length / shownPoints);
  return points.flatMap((point, index) => {
    const [atMs, ms, status, release] = point;
    if (!isBad(point) && index % step !== 0) return [];
    const x = placeMoment(axis, atMs);
    const title = `${formatDuration(ms)}, ${status === 0 ? 'no answer' : `status ${status}`}, ${release} release`;
    const shape =
      status === 0 || status >= 500
        ? markup`<path class="failure" d="M${x - 3} ${y(ms) - 3}l6 6m0-6l-6 6"/>`
        : markup`<circle class="point ${release === 'old' ? 's1' : 's2'}" cx="${x}" cy="${y(ms)}" r="2.2"/>`;
    return [
      markup`<g><title>${title}</title>${shape}</g>
`,
    ];
  });
}
