import type { LayerReport, Report } from '../../report.ts';
import { formatBytes } from '../quantity.ts';
import { type Markup, markup, nothing } from './markup.ts';

/** What the image is made of: each layer with its size, and what a later one hides of it. */
export function renderLayers({ image }: Report): Markup {
  const layers = (image?.layers ?? []).filter(({ files }) => files > 0);
  if (layers.length === 0) return nothing;
  const largest = Math.max(1, ...layers.map(({ bytes }) => bytes));
  return markup`<section aria-labelledby="layers-title">
<h2 id="layers-title">Layers of the image</h2>
<div class="scroll" tabindex="0" role="group" aria-labelledby="layers-title"><table class="layers">
<thead><tr><th scope="col">Instruction</th><th scope="col" class="number">Files</th><th scope="col" class="number">Size</th><th scope="col" class="when"><span class="unseen">Size as a bar</span></th><th scope="col" class="number">Never seen</th></tr></thead>
<tbody>
${layers.map((layer) => renderLayer(layer, largest))}</tbody></table></div>
</section>`;
}

function renderLayer(
  { createdBy, files, bytes, wastedBytes }: LayerReport,
  largest: number,
): Markup {
  const width = Math.max(2, (bytes / largest) * 1000).toFixed(1);
  return markup`<tr><th scope="row"><code>${nameOf(createdBy)}</code></th>
<td class="number">${files}</td><td class="number">${formatBytes(bytes)}</td>
<td class="when"><svg class="bar" viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true"><rect class="span" width="${width}" height="12"/></svg></td>
<td class="number">${wastedBytes === 0 ? '' : formatBytes(wastedBytes)}</td></tr>
`;
}

/** The instruction as it stands in the Dockerfile, of a long one the beginning. */
function nameOf(createdBy: string): string {
  const plain = createdBy
    .replace(
      /^(?:RUN )?(?:\|\d+ .*? )?\/bin\/sh -c (?:#\(nop\)\s+)?/u,
      createdBy.includes('#(nop)') ? '' : 'RUN ',
    )
    .replace(/\s*# buildkit$/u, '')
    .trim();
  if (plain === '') return 'base image';
  return plain.length > 90 ? `${plain.slice(0, 90)}…` : plain;
}
