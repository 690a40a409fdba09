import type { RecordedLog } from '../../recorded-log.ts';
import { formatCount } from '../quantity.ts';
import { type Markup, markup, nothing } from './markup.ts';

/** The page stays light; the files beside it have all. */
const shownLines = 200;
const shownCharacters = 400;

/** The end of what each container and command wrote. */
export function renderLogs(logs: readonly RecordedLog[]): Markup {
  if (logs.length === 0) return nothing;
  return markup`<section aria-labelledby="logs-title">
<h2 id="logs-title">Logs</h2>
${logs.map(renderLog)}</section>`;
}

function renderLog({ step, source, lines, dropped }: RecordedLog): Markup {
  const shown = lines.slice(-shownLines);
  const hidden = lines.length - shown.length + dropped;
  const text = shown.map((line) =>
    line.length > shownCharacters ? `${line.slice(0, shownCharacters)} …` : line,
  );
  const note = hidden === 0 ? nothing : markup`<p class="meta">The last ${shown.length} lines.</p>`;
  return markup`<details class="log"><summary><code>${source}</code> <span class="step">${step}</span> <span class="meta">${formatCount(lines.length + dropped, 'line')}</span></summary>
${note}<pre tabindex="0" class="lines" aria-label="Log of ${source}">${text.join('\n')}</pre></details>
`;
}
