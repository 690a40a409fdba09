import type { Finding } from '../finding.ts';
import type { Report } from '../report.ts';
import { stepIds } from '../step.ts';

/** The findings of a report by what they mean to it, each group in the order to look at. */
export interface RankedFindings {
  /** Those that fail the verdict. */
  readonly failing: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly passes: readonly Finding[];
}

/** Failures before warnings; in each the steps in their order, because what broke first breaks more. */
export function rankFindings({ findings, failOn }: Report): RankedFindings {
  const ordered = findings.toSorted(
    (a, b) => weigh(a) - weigh(b) || stepIds.indexOf(a.step) - stepIds.indexOf(b.step),
  );
  return {
    failing: ordered.filter((finding) => isFailing(finding, failOn)),
    warnings: ordered.filter(({ level }) => level === 'warn' && failOn !== 'warn'),
    passes: ordered.filter(({ level }) => level === 'pass'),
  };
}

/** Whether a finding fails a run with this `--fail-on`. */
export function isFailing({ level }: Finding, failOn: Report['failOn']): boolean {
  return level === 'fail' || (failOn === 'warn' && level === 'warn');
}

function weigh({ level }: Finding): number {
  return { fail: 0, warn: 1, pass: 2 }[level];
}
