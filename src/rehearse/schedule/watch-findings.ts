import type { Context } from '../../context/context.ts';
import type { Finding, Level } from '../../report/finding.ts';
import type { StepId } from '../../report/step.ts';

const severity: Readonly<Record<Level, number>> = { pass: 0, warn: 1, fail: 2 };

/** Judges findings on their way through `emit`, and remembers how bad those of each step are. */
export function watchFindings(
  emit: Context['emit'],
  judge: (finding: Finding) => Finding,
): {
  readonly emit: Context['emit'];
  readonly worstLevel: (step: StepId) => Level;
} {
  const worst = new Map<StepId, Level>();
  const worstLevel = (step: StepId): Level => worst.get(step) ?? 'pass';
  return {
    worstLevel,
    emit: (event) => {
      if (event.type !== 'finding-reported') {
        emit(event);
        return;
      }
      const finding = judge(event.finding);
      const { step, level } = finding;
      if (severity[level] > severity[worstLevel(step)]) worst.set(step, level);
      emit({ ...event, finding });
    },
  };
}
