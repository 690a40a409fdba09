import type { BuildOutcome } from '../../engine/build/build-request.ts';
import type { Finding } from '../../report/finding.ts';

const shownLines = 30;

/** A failed build as a finding: which instruction, where, why, and its last output. */
export function checkBuild(outcome: BuildOutcome): readonly Finding[] {
  if (outcome.type === 'built') return [];
  const { instruction, message, output, hint, location } = outcome;
  // The line of the Dockerfile is shown at its place; without a place the title has to say it all.
  const where = location === undefined ? `“${instruction}”` : nameInstruction(instruction);
  return [
    {
      code: 'build-failed',
      level: 'fail',
      step: 'build',
      title: `The build fails at ${where}. ${message}`,
      detail: output.slice(-shownLines).join('\n'),
      hint,
      ...(location === undefined ? {} : { location }),
    },
  ];
}

/** `[builder 3/4] RUN pip install …` → `step 3/4 of builder, RUN`; without a number the first word. */
export function nameInstruction(instruction: string): string {
  const [, stage, number, keyword] =
    /^\[(?:(\S+) +)?(\d+\/\d+)\] +([A-Z]+)\b/.exec(instruction) ?? [];
  if (number === undefined || keyword === undefined)
    return instruction.split(' ')[0] ?? instruction;
  return stage === undefined
    ? `step ${number}, ${keyword}`
    : `step ${number} of ${stage}, ${keyword}`;
}
