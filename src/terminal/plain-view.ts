import type { Event } from '../report/event.ts';
import { formatDuration } from '../report/formats/quantity.ts';
import { sanitizeText } from '../report/formats/sanitize-text.ts';
import type { Style } from '../report/formats/style.ts';
import { outcomeMark } from '../report/formats/text.ts';
import type { Screen } from './screen.ts';
import type { View } from './view.ts';

/** One line for each thing that happens, named by its step: for logs and for pipes. */
export function createPlainView(
  screen: Screen,
  options: { readonly style: Style; readonly verbose: boolean },
): View {
  return {
    show(event) {
      const line = formatEvent(event, options.style, options.verbose);
      if (line !== undefined) screen.write(`${line}\n`);
    },
    note: (text) => screen.write(`${text}\n`),
    close: async () => {},
  };
}

/** The line for an event, or `undefined` when it is not worth one. */
function formatEvent(event: Event, style: Style, verbose: boolean): string | undefined {
  switch (event.type) {
    case 'run-started':
      return `djdev ${event.version} ${event.command} ${event.project}: ${event.steps.join(', ')}`;
    case 'step-progressed':
      return `${label(event.step, style)} ${sanitizeText(event.text)}`;
    case 'line-logged':
      return verbose
        ? `${label(event.step, style)} ${style.dim(`${event.source} |`)} ${sanitizeText(event.line)}`
        : undefined;
    case 'finding-reported':
      return formatFinding(event.finding, style, verbose);
    case 'step-ended':
      return `${label(event.step, style)} ${formatEnd(event, style)}`;
    case 'step-started':
    case 'measurement-taken':
    case 'migrations-observed':
    case 'rollout-observed':
    case 'request-answered':
    case 'environment-tried':
    case 'image-inspected':
    case 'environment-kept':
    case 'run-ended':
      return undefined;
    default:
      return event satisfies never;
  }
}

function formatFinding(
  { level, step, title, code }: Extract<Event, { type: 'finding-reported' }>['finding'],
  style: Style,
  verbose: boolean,
): string | undefined {
  if (level === 'pass' && !verbose) return undefined;
  const mark = outcomeMark(
    ({ pass: 'passed', warn: 'warned', fail: 'failed' } as const)[level],
    style,
  );
  return `${label(step, style)} ${mark} ${sanitizeText(title)} ${style.dim(code)}`;
}

function label(step: string, style: Style): string {
  return style.dim(`[${step}]`.padEnd(11));
}

function formatEnd(event: Extract<Event, { type: 'step-ended' }>, style: Style): string {
  const mark = outcomeMark(event.outcome, style);
  const summary = sanitizeText(event.summary);
  if (event.outcome === 'skipped') return `${mark} skipped: ${summary}`;
  return [mark, summary, `(${formatDuration(event.ms)})`].filter((part) => part !== '').join(' ');
}
