import { formatDuration } from '../report/formats/quantity.ts';
import { sanitizeText } from '../report/formats/sanitize-text.ts';
import type { Style } from '../report/formats/style.ts';
import type { StackEvent } from '../report/stack-event.ts';

const shownMigrations = 5;

/** The line that tells a person of an event; `undefined` when it is not worth one. Pure. */
export function formatStackEvent(
  event: StackEvent,
  style: Style,
  verbose: boolean,
): string | undefined {
  const ok = style.green('✓');
  const bad = style.red('✗');
  const now = style.cyan('→');
  const took = (ms: number): string => style.dim(`(${formatDuration(ms)})`);
  switch (event.type) {
    case 'build-decided':
      return event.rebuilt
        ? `${now} image: building, ${sanitizeText(event.text)}`
        : verbose
          ? `${ok} image: ${event.text}`
          : undefined;
    case 'build-progressed':
      return style.dim(`  ${sanitizeText(event.text)}`);
    case 'image-ready':
      return `${ok} image: built ${took(event.ms)}`;
    case 'container-changed': {
      if (event.action === 'kept' && !verbose) return undefined;
      if (event.cause !== undefined) {
        const why = event.reason === undefined ? '' : ` (${event.reason})`;
        return `${now} ${sanitizeText(event.cause)} → ${event.role} ${event.action}${why}`;
      }
      const reason = event.reason === undefined ? '' : `: ${event.reason}`;
      return `${event.action === 'kept' ? ok : now} ${event.role}: ${event.action}${reason}`;
    }
    case 'port-moved':
      return `${style.yellow('!')} ${event.role}: port ${event.from} is taken, using ${event.to}`;
    case 'service-ready':
      return `${ok} ${event.role}: ready${event.url === undefined ? '' : `, ${style.bold(event.url)}`} ${took(event.ms)}`;
    case 'migrations-found':
      return event.pending.length === 0 ? undefined : formatPending(event.pending, style);
    case 'migrations-unknown':
      return [
        `${style.yellow('!')} Django could not say which migrations are pending:`,
        ...event.output.map((line) => style.dim(`  ${sanitizeText(line)}`)),
      ].join('\n');
    case 'migrations-applied':
      return `${ok} migrations: ${event.count} applied ${took(event.ms)}`;
    case 'process-answered': {
      const answered = event.status === undefined ? 'nothing answers there' : String(event.status);
      const mark = event.healthy ? ok : bad;
      return `${mark} ${event.role}: ${style.bold(event.url)} ${answered} ${took(event.ms)}`;
    }
    case 'process-running':
      return `${ok} ${event.role}: running`;
    case 'process-ended': {
      const why = event.outOfMemory ? ', its memory was used up' : '';
      return `${bad} ${event.role}: ended with exit code ${event.exitCode}${why}`;
    }
    case 'edit-applied': {
      if (event.syncMs === undefined) {
        const { kind = '', ms = 0 } = event.reload ?? {};
        return `${now} ${event.role}: reloaded ${formatDuration(ms)}${style.dim(` (${kind})`)}`;
      }
      const reload =
        event.reload === undefined || event.reload.kind === 'none'
          ? ''
          : ` → reloaded ${formatDuration(event.reload.ms)}${style.dim(` (${event.reload.kind})`)}`;
      const synced = `synced ${formatDuration(event.syncMs)}`;
      return `${now} ${event.role}: ${formatPaths(event.paths)} → ${synced}${reload}`;
    }
    case 'edit-returned':
      return `${style.cyan('←')} ${event.role}: ${formatPaths(event.paths)} came back ${took(event.ms)}`;
    case 'edit-failed':
      return [
        `${bad} ${event.role}: ${sanitizeText(event.message)}`,
        ...(event.output ?? []).map((line) => `  ${style.dim(sanitizeText(line))}`),
        ...(event.hint === undefined ? [] : [`  ${now} ${event.hint}`]),
      ].join('\n');
    case 'tests-ended':
      return event.exitCode === 0
        ? `${ok} tests: passed ${took(event.ms)}`
        : `${bad} tests: failed, exit code ${event.exitCode} ${took(event.ms)}`;
    case 'edit-recovered':
    case 'round-failed':
    case 'round-succeeded':
      // Told by whoever knows what has been mended, and by the error itself.
      return undefined;
    case 'sync-ready': {
      const sent = event.sent === 0 ? '' : `, ${event.sent} sent`;
      return `${ok} ${event.role}: in sync, ${event.files} paths${sent} ${took(event.ms)}`;
    }
    case 'rebuild-wanted':
      return event.reason === undefined
        ? `${now} ${sanitizeText(event.path)} changed`
        : `${now} ${sanitizeText(event.path)} → rebuild: ${sanitizeText(event.reason)}`;
    case 'stack-noted':
      return `${style.yellow('!')} ${event.role}: ${sanitizeText(event.text)}`;
    case 'line-logged':
      // What a build prints is worth reading when it fails, and then it is in the error.
      if (event.role === 'build' && !verbose) return undefined;
      return `${style.dim(`${event.role} |`)} ${sanitizeText(event.line)}`;
    case 'phase-ended':
      return undefined;
    default:
      return event satisfies never;
  }
}

const shownPaths = 3;

function formatPaths(paths: readonly string[]): string {
  const names = paths.slice(0, shownPaths).map(sanitizeText).join(', ');
  const more = paths.length - shownPaths;
  return more > 0 ? `${names} and ${more} more` : names;
}

function formatPending(pending: readonly string[], style: Style): string {
  const names = pending.slice(0, shownMigrations).join(', ');
  const more = pending.length - shownMigrations;
  const count = pending.length === 1 ? '1 migration is' : `${pending.length} migrations are`;
  return `${style.yellow('!')} ${count} pending: ${names}${more > 0 ? ` and ${more} more` : ''}`;
}
