import type { LayerReport, Report } from '../../report.ts';
import { formatBytes, formatCount } from '../quantity.ts';
import { type Markup, markup, nothing } from './markup.ts';

/** Longer ones open onto the whole. */
const shownCharacters = 90;

/** The layers of the image: what each weighs, and what of it nobody will ever see. */
export function renderLayers({ image }: Report): Markup {
  const layers = image?.layers ?? [];
  if (layers.length === 0) return nothing;
  const bytes = layers.reduce((sum, layer) => sum + layer.bytes, 0);
  const wasted = layers.reduce((sum, layer) => sum + layer.wastedBytes, 0);
  const largest = Math.max(1, ...layers.map((layer) => layer.bytes));
  return markup`<section aria-labelledby="layers-title">
<h2 id="layers-title">Image</h2>
<p>${formatBytes(bytes)} in ${formatCount(layers.length, 'layer')}${wasted === 0 ? '' : `, ${formatBytes(wasted)} of them in files that a later layer replaces or removes: pulled, and never seen`}.</p>
<div class="scroll" tabindex="0" role="group" aria-labelledby="layers-title"><table class="layers">
<thead><tr><th scope="col" class="number">Layer</th><th scope="col">Made by</th><th scope="col" class="number">Size</th><th scope="col" class="number">Never seen</th><th scope="col" class="when"><span class="unseen">Size as a bar</span></th><th scope="col" class="number files">Files</th></tr></thead>
<tbody>
${layers.map((layer, index) => renderLayer(layer, index + 1, largest))}</tbody></table></div>
${wasted === 0 ? nothing : legend}
</section>`;
}

const legend = markup`<ul class="legend bars" aria-hidden="true"><li><span class="swatch seen"></span>part of the image that a container sees</li><li><span class="swatch wasted"></span>pulled, and never seen</li></ul>`;

function renderLayer(layer: LayerReport, number: number, largest: number): Markup {
  const { createdBy, files, bytes, wastedBytes } = layer;
  return markup`<tr><td class="number">${number}</td><th scope="row">${renderInstruction(createdBy)}</th>
<td class="number">${formatBytes(bytes)}</td><td class="number">${wastedBytes === 0 ? '' : markup`<span class="wasted">${formatBytes(wastedBytes)}</span>`}</td>
<td class="when">${bytes === 0 ? nothing : renderBar(layer, largest)}</td><td class="number files">${files}</td></tr>
`;
}

/** What is seen of the layer, and behind it what is not. */
function renderBar({ bytes, wastedBytes }: LayerReport, largest: number): Markup {
  const width = Math.max(4, (bytes / largest) * 1000);
  const hidden = Math.min(width, (wastedBytes / Math.max(1, bytes)) * width);
  const rest = markup`<rect class="wasted" x="${(width - hidden).toFixed(1)}" width="${hidden.toFixed(1)}" height="12"/>`;
  return markup`<svg class="bar" viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true"><rect class="seen" width="${width.toFixed(1)}" height="12"/>${hidden === 0 ? nothing : rest}</svg>`;
}

function renderInstruction(text: string): Markup {
  if (text === '') return markup`<span class="outcome">the image does not say</span>`;
  if (text.length <= shownCharacters) return markup`<code>${text}</code>`;
  const start = text.slice(0, shownCharacters - 10).trimEnd();
  return markup`<details><summary><code>${start}…</code></summary><pre tabindex="0" aria-label="The whole instruction" class="whole">${text}</pre></details>`;
}
