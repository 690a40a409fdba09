import type { Report } from '../report.ts';
import { formatCount, formatDuration } from './quantity.ts';

/** A verdict in words. */
export interface VerdictText {
  /** `shop would not deploy` */
  readonly title: string;
  /** `3 problems, 1 warning`; may be empty. */
  readonly rest: string;
}

/** What the verdict says, with the number of findings that fail the run and of those that warn. */
export function describeVerdict(report: Report, problems: number, warnings: number): VerdictText {
  const name = report.project === '' ? 'this project' : report.project;
  const warned = warnings === 0 ? [] : [formatCount(warnings, 'warning')];
  if (isSmokeOnly(report)) return describeSmoke(report, name, { problems, warned });
  switch (report.verdict) {
    case 'pass': {
      const ran = report.steps.filter(({ outcome }) => outcome !== 'skipped').length;
      const skipped = report.steps.length - ran;
      const title =
        skipped === 0 ? `${name} would deploy` : `${name} passed ${formatCount(ran, 'step')}`;
      const rest = [...(skipped === 0 ? [] : [`${skipped} skipped`]), ...warned];
      return { title, rest: rest.join(', ') };
    }
    case 'fail': {
      const found = problems === 0 ? [] : [formatCount(problems, 'problem')];
      return { title: `${name} would not deploy`, rest: [...found, ...warned].join(', ') };
    }
    case 'error':
      return { title: `djdev could not find out whether ${name} would deploy`, rest: '' };
    case 'interrupted':
      return { title: `Interrupted before it was clear whether ${name} would deploy`, rest: '' };
    default:
      return report.verdict satisfies never;
  }
}

/** Only the smoke requests, of something that runs already: `djdev smoke`. */
export function isSmokeOnly({ steps }: Report): boolean {
  return steps.length === 1 && steps[0]?.id === 'smoke';
}

function describeSmoke(
  { verdict }: Report,
  name: string,
  { problems, warned }: { readonly problems: number; readonly warned: readonly string[] },
): VerdictText {
  const found = problems === 0 ? [] : [formatCount(problems, 'problem')];
  const titles = {
    pass: `${name} answers as expected`,
    fail: `${name} does not answer as expected`,
    error: `djdev could not find out whether ${name} answers as expected`,
    interrupted: `Interrupted before it was clear whether ${name} answers as expected`,
  };
  return { title: titles[verdict], rest: [...found, ...warned].join(', ') };
}

/**
 * What users of the release that serves now would have felt of the deployment, or of its
 * migrations where no more was played; `undefined` when that was not looked at.
 */
export function describeDowntime({ migrations, rollout }: Report): string | undefined {
  if (rollout !== undefined) return rollout.summary;
  const endpoints = migrations?.oldRelease?.endpoints ?? [];
  if (endpoints.length === 0) return undefined;
  const sent = endpoints.reduce((sum, { requests }) => sum + requests, 0);
  const failed = endpoints.reduce((sum, endpoint) => sum + endpoint.failed, 0);
  const worstMs = Math.max(...endpoints.map((endpoint) => endpoint.worstMs));
  const worst = `the longest answer took ${formatDuration(worstMs)}`;
  return failed === 0
    ? `While it migrated, none of ${formatCount(sent, 'request')} failed; ${worst}.`
    : `While it migrated, ${failed} of ${formatCount(sent, 'request')} failed; ${worst}.`;
}
