import { formatEvidence } from '../checks/request-evidence.ts';
import { pageCrashes, smokeNotMeasured } from '../checks/smoke.ts';
import { reportFindings } from '../report-findings.ts';
import { describeRequest } from './describe-request.ts';
import { discoverPages, type DiscoveredPages } from './discover-pages.ts';
import type { SmokeContext, SmokeTarget } from './smoke-target.ts';
import { type Exchange, Visitor } from './visitor.ts';

/** What came of asking for every page that the URL patterns have. */
export interface VisitedPages {
  /** One line for people; absent when the patterns cannot be read. */
  readonly summary: string;
  readonly exchanges: readonly Exchange[];
}

/** One page may take so long, and all of them together. */
const pageTimeoutMs = 5000;
const totalTimeoutMs = 60_000;

/** After so many pages without an answer the server has nobody left to answer. */
const unansweredLimit = 3;

/**
 * Without a list of its own: asks once for every URL pattern without arguments, as nobody in
 * particular. A server error fails; redirects and refusals are fine.
 */
export async function visitPages(
  context: SmokeContext,
  target: SmokeTarget,
  except: readonly string[],
): Promise<VisitedPages> {
  if ('reason' in target.inside) {
    return { summary: `no list of requests, and ${target.inside.reason}`, exchanges: [] };
  }
  context.emit({ type: 'step-progressed', step: 'smoke', text: 'the URL patterns' });
  const found = await discoverPages(target.inside, context.signal);
  if (typeof found === 'string') {
    return { summary: `the URL patterns cannot be read: ${found}`, exchanges: [] };
  }
  const paths = found.paths.filter((path) => !except.includes(path));
  const visited = await visitAll(context, target, paths);
  return {
    summary: summarise(visited, found),
    exchanges: visited.exchanges,
  };
}

interface Visited {
  readonly exchanges: readonly Exchange[];
  readonly unanswered: readonly string[];
  readonly notAsked: number;
}

async function visitAll(
  context: SmokeContext,
  target: SmokeTarget,
  paths: readonly string[],
): Promise<Visited> {
  const endMs = context.clock.monotonicMs() + totalTimeoutMs;
  const exchanges: Exchange[] = [];
  const unanswered: string[] = [];
  for (const path of paths) {
    const isOver = context.clock.monotonicMs() > endMs || unanswered.length >= unansweredLimit;
    if (isOver) break;
    context.emit({ type: 'step-progressed', step: 'smoke', text: `GET ${path}` });
    const exchange = await visit(context, target, path);
    exchanges.push(exchange);
    if (exchange.isHung) unanswered.push(path);
  }
  if (unanswered.length > 0) reportFindings(context, [describeUnanswered(unanswered)]);
  return { exchanges, unanswered, notAsked: paths.length - exchanges.length };
}

async function visit(context: SmokeContext, target: SmokeTarget, path: string): Promise<Exchange> {
  const { clock, emit, signal } = context;
  const { address } = target;
  const sentMs = clock.monotonicMs();
  // A visitor of its own each time: nobody is to be logged in, or out, by another page.
  const exchange = await new Visitor(target, signal, pageTimeoutMs).get(path);
  const { request, response, failure } = exchange;
  const status = response?.status;
  const ok = exchange.isHung || (status !== undefined && status < 500);
  const seen = { kind: 'request', ok, ms: clock.monotonicMs() - sentMs } as const;
  emit({ type: 'request-answered', request: describeRequest(address, exchange, seen) });
  if (ok) return exchange;
  if (target.logSince) await clock.sleep(logDelayMs, signal);
  const log = target.logSince?.(sentMs) ?? [];
  const evidence = formatEvidence({ address, request, response, log });
  reportFindings(context, [pageCrashes({ path, status, failure, evidence })]);
  return exchange;
}

/** A line of log takes a moment through the engine; the answer comes by another way. */
const logDelayMs = 100;

function describeUnanswered(paths: readonly string[]) {
  const count = paths.length === 1 ? 'One page was' : `${paths.length} pages were`;
  return smokeNotMeasured({
    what: `${count} not judged (${paths.join(', ')})`,
    reason: `no answer came to its end within ${pageTimeoutMs / 1000} s`,
    hint: 'A stream has no end; anything else is too slow for a page. Name the pages that count under rehearse.smoke.',
    location: undefined,
  });
}

const shownLeftOut = 4;

function summarise({ exchanges, notAsked }: Visited, { leftOut }: DiscoveredPages): string {
  const asked = `${exchanges.length} ${exchanges.length === 1 ? 'page' : 'pages'} of the URL patterns`;
  const over = notAsked === 0 ? [] : [`${notAsked} not asked for lack of time`];
  const shown = leftOut.slice(0, shownLeftOut).map(({ path, reason }) => `${path} (${reason})`);
  const more = leftOut.length > shownLeftOut ? [`${leftOut.length - shownLeftOut} more`] : [];
  const left = leftOut.length === 0 ? [] : [`left out: ${[...shown, ...more].join(', ')}`];
  return [asked, ...over, ...left].join('; ');
}
