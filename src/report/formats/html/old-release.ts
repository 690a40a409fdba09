import type { DeployOrder, OldReleaseReport, SweepCell } from '../../migration-report.ts';
import { formatCount, formatDuration } from '../quantity.ts';
import { type Markup, markup, nothing } from './markup.ts';

const orders: Readonly<Record<DeployOrder, string>> = {
  'any-order': 'Migrate and deploy in any order: both releases work on both schemas.',
  'migrate-then-deploy': 'Migrate first, then deploy: the old release works on the new schema.',
  'deploy-then-migrate': 'Deploy first, then migrate: the new release works on the old schema.',
  'no-safe-order': 'There is no safe order: split the change over two releases.',
  broken: 'The new release does not work on its own schema.',
};

/** How the release that serves now fares while the new one arrives. */
export function renderOldRelease(release: OldReleaseReport): Markup {
  const { reference, deployOrder, endpoints, errors, cells } = release;
  const failed = endpoints.reduce((sum, endpoint) => sum + endpoint.failed, 0);
  const sent = endpoints.reduce((sum, { requests }) => sum + requests, 0);
  const kinds = Map.groupBy(
    errors,
    ({ endpoint, exception, status }) => `${endpoint} ${exception ?? `status ${status}`}`,
  );
  return markup`<h3>The old release, <code>${reference}</code></h3>
${deployOrder === undefined ? nothing : markup`<p class="hint">${orders[deployOrder]}</p>`}
${sent === 0 ? nothing : markup`<p>${failed} of ${formatCount(sent, 'request')} failed while the migrations ran.</p>`}
${
  kinds.size === 0
    ? nothing
    : markup`<ul class="plain">${[...kinds].slice(0, 20).map(
        ([
          kind,
          all,
        ]) => markup`<li>${all.length} × <code>${kind}</code>${describeCause(all[0]?.migration)}</li>
`,
      )}</ul>`
}
${renderEndpoints(release)}
${
  cells.length === 0
    ? nothing
    : markup`<div class="scroll" tabindex="0" role="group" aria-label="Old and new code on old and new schema"><table>
<thead><tr><th scope="col">Code</th><th scope="col">Schema</th><th scope="col">Models</th></tr></thead>
<tbody>${cells.map(renderCell)}</tbody></table></div>`
}
${renderLongReader(release)}${renderRollback(release)}`;
}

const readerOutcomes = {
  waited: 'the migration waited for it, and all others behind the migration',
  'gave-up': 'the migration gave up in time',
  unaffected: 'nobody waited',
} as const;

/** What a report or a backup that reads for long would do. */
function renderLongReader({ longReader }: OldReleaseReport): Markup {
  if (longReader === undefined) return nothing;
  const { readerMs, worstStallMs, outcome } = longReader;
  return markup`<p>Behind a transaction that reads for ${formatDuration(readerMs)}: ${readerOutcomes[outcome]}; the longest answer took ${formatDuration(worstStallMs)}.</p>`;
}

function renderRollback({ rollback }: OldReleaseReport): Markup {
  if (rollback === undefined) return nothing;
  const { oldImage, reversed, irreversible, failed } = rollback;
  const lost = [
    ...irreversible.map((name) => markup`<li><code>${name}</code> cannot be reversed</li>`),
    ...failed.map(({ migration, error }) => markup`<li><code>${migration}</code>: ${error}</li>`),
  ];
  return markup`<p>Rolling back: the old image ${oldImage === 'ok' ? 'works' : 'does not work'} on the new schema${reversed.length === 0 ? '' : `; ${formatCount(reversed.length, 'migration')} reversed`}.</p>
${lost.length === 0 ? nothing : markup`<ul class="plain">${lost}</ul>`}`;
}

function describeCause(migration: string | undefined): Markup {
  return migration === undefined ? nothing : markup`, from <code>${migration}</code> on`;
}

function renderEndpoints({ endpoints }: OldReleaseReport): Markup {
  if (endpoints.length === 0) return nothing;
  return markup`<div class="scroll" tabindex="0" role="group" aria-label="Requests to the old release"><table>
<thead><tr><th scope="col">Request</th><th scope="col" class="number">Sent</th><th scope="col" class="number">Failed</th><th scope="col" class="number">Before</th><th scope="col" class="number">At worst</th></tr></thead>
<tbody>${endpoints.map(
    ({
      endpoint,
      requests,
      failed,
      baselineMs,
      worstMs,
    }) => markup`<tr class="${failed > 0 ? 'failed' : 'passed'}"><th scope="row"><code>${endpoint}</code></th><td class="number">${requests}</td><td class="number">${failed}</td><td class="number">${formatDuration(baselineMs)}</td><td class="number">${formatDuration(worstMs)}</td></tr>
`,
  )}</tbody></table></div>`;
}

function renderCell({ code, schema, models, failures }: SweepCell): Markup {
  const result =
    failures.length === 0
      ? markup`<span class="outcome">${formatCount(models, 'model')} work</span>`
      : markup`<ul class="plain">${failures.map(({ model, operation, error }) => markup`<li>${operation} <code>${model}</code>: ${error}</li>`)}</ul>`;
  return markup`<tr class="${failures.length === 0 ? 'passed' : 'failed'}"><th scope="row">${code}</th><td>${schema}</td><td>${result}</td></tr>
`;
}
