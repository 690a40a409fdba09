import type { SmokeRequest } from '../../project/project.ts';
import type { AssetCrossing } from '../../report/rollout-report.ts';
import { proxyHeaders } from '../application.ts';
import { findAssets } from '../http/read-html.ts';
import { type HttpAddress, type HttpResponse, sendRequest } from '../http/send-request.ts';
import type { RehearsalPlan } from '../plan.ts';
import type { RehearsalRun } from '../run.ts';

interface Releases {
  readonly old: HttpAddress;
  readonly new: HttpAddress;
  /** Requests that the old release answers. */
  readonly pages: readonly SmokeRequest[];
}

/** Pages that are looked through for files. */
const mostPages = 12;
const answerTimeoutMs = 10_000;

/**
 * Asks each release for the files that pages of the other one refer to, as browsers do that have
 * such a page open while a deployment takes place. Files that the page's own release does not
 * answer are left out: another server has them.
 */
export async function crossAssets(
  run: RehearsalRun,
  plan: RehearsalPlan,
  releases: Releases,
): Promise<readonly AssetCrossing[]> {
  const ask = createQuestion(run, plan);
  const paths = [
    ...new Set([
      '/',
      ...releases.pages.filter(({ method }) => method === 'GET').map(({ path }) => path),
    ]),
  ].slice(0, mostPages);
  const host = plan.boot.host;
  return await Promise.all([
    cross(ask, { direction: 'old-to-new', from: releases.old, to: releases.new, paths, host }),
    cross(ask, { direction: 'new-to-old', from: releases.new, to: releases.old, paths, host }),
  ]);
}

type Ask = (address: HttpAddress, path: string) => Promise<HttpResponse | undefined>;

interface Crossed extends Pick<AssetCrossing, 'direction'> {
  readonly from: HttpAddress;
  readonly to: HttpAddress;
  readonly paths: readonly string[];
  readonly host: string;
}

async function cross(
  ask: Ask,
  { direction, from, to, paths, host }: Crossed,
): Promise<AssetCrossing> {
  const pageOf = new Map<string, string>();
  for (const page of paths) {
    const answer = await ask(from, page);
    const isHtml = (answer?.headers['content-type'] ?? '').startsWith('text/html');
    if (answer?.status !== 200 || !isHtml) continue;
    for (const { path } of findAssets(answer.body.toString('utf8'), `https://${host}${page}`)) {
      if (!pageOf.has(path)) pageOf.set(path, page);
    }
  }
  const missing: AssetCrossing['missing'][number][] = [];
  let asked = 0;
  for (const [path, page] of pageOf) {
    const own = await ask(from, path);
    if (own?.status !== 200) continue;
    asked += 1;
    const other = await ask(to, path);
    // Only an answer says that a file is gone.
    if (other === undefined || other.status < 400) continue;
    const cacheControl = other.headers['cache-control'];
    missing.push({
      path,
      page,
      status: other.status,
      ...(cacheControl === undefined || !isKept(cacheControl) ? {} : { cacheControl }),
    });
  }
  return { direction, asked, missing };
}

/** Whether caches may give this answer to others. */
function isKept(cacheControl: string): boolean {
  const [, seconds = '0'] = /(?:s-maxage|max-age)\s*=\s*(\d+)/iu.exec(cacheControl) ?? [];
  return Number(seconds) > 0 && !/no-store|private/iu.test(cacheControl);
}

function createQuestion({ context }: RehearsalRun, plan: RehearsalPlan): Ask {
  const headers = proxyHeaders(plan.boot.host);
  return async (address, path) => {
    const limit = AbortSignal.any([context.signal, AbortSignal.timeout(answerTimeoutMs)]);
    try {
      return await sendRequest(address, { method: 'GET', path, headers }, limit);
    } catch {
      context.signal.throwIfAborted();
      return undefined;
    }
  };
}
