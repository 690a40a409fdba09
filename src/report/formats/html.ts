import { createHash } from 'node:crypto';
import { docsAddress } from '../docs-address.ts';
import type { FinishedRun } from '../finished-run.ts';
import { renderEnvironment } from './html/environment.ts';
import { anchorFindings, renderFindings } from './html/findings.ts';
import { renderHeader } from './html/header.ts';
import { renderHistory } from './html/history.ts';
import { renderLayers } from './html/layers.ts';
import { renderLogs } from './html/logs.ts';
import { markup } from './html/markup.ts';
import { renderMigrations } from './html/migrations.ts';
import { pageScript } from './html/page-script.ts';
import { pageStyle } from './html/page-style.ts';
import { renderRequests } from './html/requests.ts';
import { renderRollout } from './html/rollout.ts';
import { renderSteps } from './html/steps.ts';

/**
 * The report as one page that asks no other host for anything: the browser is told to refuse
 * whatever is not in the page itself, so text of an application cannot do anything either.
 */
export function formatHtml(run: FinishedRun): string {
  const { report, logs } = run;
  const anchors = anchorFindings(report);
  const policy = [
    "default-src 'none'",
    `style-src '${digest(pageStyle)}'`,
    `script-src '${digest(pageScript)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${report.project}: ${report.verdict} · djdev rehearse</title>
<style>${{ html: pageStyle }}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the report</a>
<main id="content">
${renderHeader(run, anchors)}
${renderHistory(run)}
${renderFindings(report, anchors)}
${renderSteps(report)}
${renderRollout(report.rollout)}
${renderMigrations(report.migrations)}
${renderRequests(report)}
${renderLayers(report)}
${renderEnvironment(report)}
${renderLogs(logs)}
</main>
<footer><p>djdev ${report.djdev} · <a href="${docsAddress('findings')}" rel="noreferrer">What the codes mean</a>${report.image === undefined ? '' : ` · ${report.image.reference}`}</p></footer>
<script>${{ html: pageScript }}</script>
</body>
</html>
`;
  return page.html;
}

/** As a content security policy names a style or script. */
function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
