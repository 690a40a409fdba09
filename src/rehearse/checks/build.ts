import type { BuildOutcome } from '../../engine/build/build-request.ts';
import type { Finding } from '../../report/finding.ts';

const shownLines = 30;

/** A failed build as a finding: which instruction, where, why, and its last output. */
export function checkBuild(outcome: BuildOutcome): readonly Finding[] {
  if (outcome.type === 'built') return [];
  const { instruction, message, output, hint, location } = outcome;
  return [
    {
      code: 'build-failed',
      level: 'fail',
      step: 'build',
      title: `The build fails at ${instruction}.`,
      detail: [message, ...output.slice(-shownLines)].join('\n'),
      hint,
      ...(location === undefined ? {} : { location }),
    },
  ];
}
