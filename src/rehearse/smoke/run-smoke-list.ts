import type { RehearseDefinition } from '../../project/project.ts';
import type { SmokeTest } from '../../project/smoke.ts';
import { runHurlFiles } from './run-hurl.ts';
import { runSetup } from './run-setup.ts';
import { runSmokeTests, type SmokeOutcome } from './run-smoke-tests.ts';
import type { SmokeContext, SmokeTarget } from './smoke-target.ts';
import { visitPages } from './visit-pages.ts';

/** What came of all that the manifest says about smoke requests. */
export interface SmokeListOutcome extends SmokeOutcome {
  /** Nothing more can be asked: a command failed, or a request was never answered. */
  readonly isStopped: boolean;
  readonly hurlFiles: number;
  /** What was asked for where the manifest names nothing. */
  readonly pages: string | undefined;
}

type SmokeDefinition = Pick<RehearseDefinition, 'smokeTests' | 'hurlFiles' | 'setup'>;

/**
 * Everything that `rehearse.setup` and `rehearse.smoke` ask for, against any deployment; `before`
 * comes first. Without any request of the manifest, every page of the URL patterns is asked for.
 */
export async function runSmokeList(
  context: SmokeContext,
  target: SmokeTarget,
  { smokeTests, hurlFiles = [], setup = [] }: SmokeDefinition,
  before: readonly SmokeTest[] = [],
): Promise<SmokeListOutcome> {
  const isReady = await runSetup(context, target, setup);
  const outcome = await runSmokeTests(context, target, isReady ? [...before, ...smokeTests] : []);
  const isStopped = !isReady || outcome.isHung;
  const nothing = { ...outcome, isStopped, hurlFiles: 0, pages: undefined };
  if (isStopped) return nothing;
  if (smokeTests.length === 0 && hurlFiles.length === 0) {
    const asked = outcome.exchanges.map(({ request }) => request.path);
    const { summary, exchanges } = await visitPages(context, target, asked);
    return { ...nothing, pages: summary, exchanges: [...outcome.exchanges, ...exchanges] };
  }
  return { ...nothing, hurlFiles: await runHurlFiles(context, target, hurlFiles) };
}

/** One line for people; `more` stands behind the number of requests. */
export function summariseSmoke(
  { sent, planned, isHung, isStopped, hurlFiles, pages, notMeasured }: SmokeListOutcome,
  more: readonly string[],
): string {
  if (isHung) return `ended at request ${sent} of ${planned}, which was never answered`;
  if (isStopped) return 'ended at a command of rehearse.setup';
  const hurl = hurlFiles === 0 ? [] : [`${hurlFiles} of hurl`];
  const open = notMeasured === 0 ? [] : [`${notMeasured} not measured`];
  const counted = [`${sent} request${sent === 1 ? '' : 's'}`, ...hurl, ...more, ...open].join(', ');
  return pages === undefined ? counted : `${counted}; ${pages}`;
}
