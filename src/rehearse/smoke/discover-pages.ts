import { openInside } from './run-inside.ts';
import type { Inside } from './smoke-target.ts';

/** A URL pattern without arguments. */
interface FoundPattern {
  readonly path: string;
  readonly name: string;
  /** Module and name of the view. */
  readonly view: string;
  /** What a class-based view answers; `null` where only a request would tell. */
  readonly methods: readonly string[] | null;
}

/** The pages to ask for, and what is left out with the reason. */
export interface DiscoveredPages {
  readonly paths: readonly string[];
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
}

/** So many pages are asked for at most. */
export const pageLimit = 100;

/**
 * The URL patterns without arguments, by a program in the container that serves; how that failed,
 * as a text, when they cannot be read.
 */
export async function discoverPages(
  inside: Inside,
  signal: AbortSignal,
): Promise<DiscoveredPages | string> {
  await using program = await openInside(inside, 'patterns', null, signal);
  const answer = await program.next();
  if (answer?.type === 'patterns') {
    return choosePages(answer['paths'] as readonly FoundPattern[]);
  }
  return typeof answer?.['error'] === 'string' ? answer['error'] : 'the program ended early';
}

/** Of all patterns those that a visitor may ask for without doing anything. */
export function choosePages(found: readonly FoundPattern[]): DiscoveredPages {
  const leftOut: { path: string; reason: string }[] = [];
  const paths: string[] = [];
  for (const pattern of found) {
    if (paths.includes(pattern.path)) continue;
    const reason =
      paths.length >= pageLimit ? `more than ${pageLimit} pages` : reasonAgainst(pattern);
    if (reason === undefined) paths.push(pattern.path);
    else if (reason !== '') leftOut.push({ path: pattern.path, reason });
  }
  return { paths, leftOut };
}

/** Words of a path or a name that say that GET alone may change something. */
const doing =
  /(^|[\W_])(log-?out|sign-?out|delete|remove|purge|clear|flush|(?<!password[-_])reset|unsubscribe|subscribe|cancel|cron|trigger|run|sync|send|import|reindex|rebuild|restart|shutdown|webhook|callback)([\W_]|$)/i;

/** Answers that never end. */
const endless = /(^|[\W_])(stream|streaming|sse|longpoll|websocket)([\W_]|$)/i;

/** Why a page is not asked for; an empty text for what nobody needs to be told of. */
function reasonAgainst({ path, name, view, methods }: FoundPattern): string | undefined {
  const words = [
    path,
    name,
    view
      .split('.')
      .at(-1)
      ?.replace(/([a-z])([A-Z])/g, '$1_$2'),
  ];
  if (methods !== null && !methods.includes('get')) return 'takes no GET';
  // The admin's own scripts and its way out: nothing of the project.
  if (view.startsWith('django.contrib.admin.') && /log_?out|jsi18n/i.test(words.join(' ')))
    return '';
  const acts = words.find((word) => doing.test(word ?? ''));
  if (acts !== undefined) return `may do something: ${doing.exec(acts)?.[2]}`;
  const streams = words.find((word) => endless.test(word ?? ''));
  return streams === undefined ? undefined : `may never end: ${endless.exec(streams)?.[2]}`;
}
