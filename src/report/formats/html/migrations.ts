import type {
  MigrationReason,
  MigrationReport,
  MigrationsReport,
  StatementObservation,
} from '../../migration-report.ts';
import { formatCount, formatDuration } from '../quantity.ts';
import { type Markup, markup, nothing } from './markup.ts';
import { drawMigrations } from './migration-picture.ts';
import { renderOldRelease } from './old-release.ts';

const dataNames = {
  restored: 'on restored data',
  synthetic: 'on made-up rows',
  empty: 'on empty tables',
} as const;

/** What was seen of the migrations, and how the release that serves now fared meanwhile. */
export function renderMigrations(seen: MigrationsReport | undefined): Markup {
  if (seen === undefined) return nothing;
  const { migrations, oldRelease } = seen;
  if (migrations.length === 0 && oldRelease === undefined) return nothing;
  return markup`<section aria-labelledby="migrations-title">
<h2 id="migrations-title">Migrations</h2>
<p>${formatCount(migrations.length, 'migration')} ${dataNames[seen.data]}, PostgreSQL ${seen.postgres}.</p>
${migrations.length === 0 ? nothing : renderAll(seen)}
${oldRelease === undefined ? nothing : renderOldRelease(oldRelease)}
</section>`;
}

/** The whole of them in one picture, then each that is not safe, then the others. */
function renderAll(seen: MigrationsReport): Markup {
  const { migrations } = seen;
  const telling = migrations.filter(({ verdict }) => verdict !== 'safe');
  const safe = migrations.filter(({ verdict }) => verdict === 'safe');
  const fromMs = Math.min(...migrations.map(({ startedAtMs }) => startedAtMs));
  const toMs = Math.max(...migrations.map(({ startedAtMs, ms }) => startedAtMs + ms));
  const margin = Math.max(20, (toMs - fromMs) * 0.04);
  const span = { fromMs: fromMs - margin, toMs: toMs + margin, title: 'All migrations' };
  const list = safe.map(
    ({ app, name, ms }) => markup`<li><code>${app}.${name}</code> ${formatDuration(ms)}</li>
`,
  );
  return markup`${drawMigrations(seen, span)}
${telling.map((one) => renderMigration(one, seen, one.ms < (toMs - fromMs) * 0.6))}
${safe.length === 0 ? nothing : markup`<details><summary>${formatCount(safe.length, 'safe migration')}</summary><ul class="plain">${list}</ul></details>`}`;
}

/** With a picture of its own unless it would show what the picture of all shows. */
function renderMigration(
  migration: MigrationReport,
  seen: MigrationsReport,
  hasPicture: boolean,
): Markup {
  const { app, name, verdict, ms, startedAtMs, reasons, file, blocked } = migration;
  const margin = Math.max(10, ms * 0.15);
  const span = {
    fromMs: startedAtMs - margin,
    toMs: startedAtMs + ms + margin,
    title: `${app}.${name}`,
  };
  return markup`<article class="card migration ${verdict}">
<h3><code>${app}.${name}</code> <span class="pill ${verdict}">${verdict}</span> <span class="meta">${formatDuration(ms)}</span></h3>
<p class="place"><code>${file}</code></p>
<ul class="reasons">${reasons.map(renderReason)}</ul>
${hasPicture ? drawMigrations(seen, span) : nothing}
${blocked.length === 0 ? nothing : markup`<p>${formatCount(blocked.length, 'session')} had to wait, ${formatDuration(Math.max(...blocked.map(({ waitedMs }) => waitedMs)))} at most.</p>`}
${renderStatements(migration)}
</article>
`;
}

function renderReason({ sentence, recipe }: MigrationReason): Markup {
  return markup`<li><p>${sentence}</p>${
    recipe === undefined
      ? nothing
      : markup`<details><summary>${recipe.summary}${recipe.releases > 1 ? ` (${recipe.releases} releases)` : ''}</summary><pre tabindex="0" aria-label="How to make it safe">${recipe.code}</pre></details>`
  }</li>
`;
}

function renderStatements({ operations }: MigrationReport): Markup {
  const statements = operations.flatMap((operation) =>
    operation.statements.map((statement) => ({ statement, operation })),
  );
  if (statements.length === 0) return nothing;
  return markup`<details><summary>${formatCount(statements.length, 'statement')}</summary><div class="scroll" tabindex="0" role="group" aria-label="Statements"><table>
<thead><tr><th scope="col">Statement</th><th scope="col" class="number">Time</th><th scope="col">What it did</th></tr></thead>
<tbody>${statements.map(
    ({
      statement,
      operation,
    }) => markup`<tr><td><span class="meta">${operation.description}</span><pre class="sql">${statement.sql}</pre></td><td class="number">${formatDuration(statement.ms)}</td><td>${describeEffects(statement)}</td></tr>
`,
  )}</tbody></table></div></details>`;
}

function describeEffects(statement: StatementObservation): Markup {
  const { locks, rewrites, scans, indexBuilds, rowsChanged, error } = statement;
  const effects = [
    ...(error === undefined ? [] : [error]),
    ...locks.map(
      ({ mode, table, heldMs, waitedMs }) =>
        `${mode} on ${table}, held ${formatDuration(heldMs)}${waitedMs === 0 ? '' : `, waited ${formatDuration(waitedMs)}`}`,
    ),
    ...rewrites.map((table) => `wrote ${table} anew`),
    ...indexBuilds.map((table) => `built an index on ${table}`),
    ...scans.map(({ table, rows }) => `read ${formatCount(rows, 'row')} of ${table}`),
    ...rowsChanged.map(
      ({ table, inserted, updated, deleted }) =>
        `${table}: ${inserted} inserted, ${updated} updated, ${deleted} deleted`,
    ),
  ];
  return effects.length === 0
    ? nothing
    : markup`<ul class="plain">${effects.map((effect) => markup`<li>${effect}</li>`)}</ul>`;
}
