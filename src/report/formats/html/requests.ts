import type { Report } from '../../report.ts';
import type { RequestReport } from '../../request-report.ts';
import { formatBytes, formatDuration } from '../quantity.ts';
import { type Markup, markup, nothing } from './markup.ts';

/** The requests to the booted application; those that failed open onto what came back. */
export function renderRequests({ requests = [] }: Report): Markup {
  if (requests.length === 0) return nothing;
  const slowest = Math.max(1, ...requests.map(({ ms }) => ms));
  return markup`<section aria-labelledby="requests-title">
<h2 id="requests-title">Requests</h2>
<div class="scroll" tabindex="0" role="group" aria-labelledby="requests-title"><table class="requests">
<thead><tr><th scope="col">Request</th><th scope="col" class="number">Status</th><th scope="col" class="number">Time</th><th scope="col" class="when"><span class="unseen">Time as a bar</span></th><th scope="col" class="number">Size</th></tr></thead>
<tbody>
${requests.map((request) => renderRequest(request, slowest))}</tbody></table></div>
</section>`;
}

function renderRequest(request: RequestReport, slowest: number): Markup {
  const { method, path, ok, status, ms, bytes, kind } = request;
  const width = Math.max(4, (ms / slowest) * 1000).toFixed(1);
  const name = markup`<code>${method} ${path}</code>${kind === 'asset' ? markup` <span class="step">asset</span>` : nothing}`;
  return markup`<tr class="${ok ? 'passed' : 'failed'}"><th scope="row">${ok ? name : renderFailed(request, name)}</th>
<td class="number"><span class="outcome">${status ?? 'none'}</span></td><td class="number">${formatDuration(ms)}</td>
<td class="when"><svg class="bar" viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true"><rect class="span" width="${width}" height="12"/></svg></td>
<td class="number">${bytes === undefined ? '' : formatBytes(bytes)}</td></tr>
`;
}

function renderFailed({ curl, failure, answer }: RequestReport, name: Markup): Markup {
  const headers = Object.entries(answer?.headers ?? {}).map(([key, value]) => `${key}: ${value}`);
  const came = [...(failure === undefined ? [] : [failure]), ...headers, '', answer?.body ?? ''];
  return markup`<details><summary>${name}</summary><pre tabindex="0" aria-label="Request and answer">${curl}

${came.join('\n').trim()}</pre></details>`;
}
