import type { Context } from '../../context/context.ts';
import type { Level } from '../../report/finding.ts';
import type { StepId } from '../../report/step.ts';

const severity: Readonly<Record<Level, number>> = { pass: 0, warn: 1, fail: 2 };

/** Remembers, on the way through `emit`, how bad the findings of each step are. */
export function watchFindings(emit: Context['emit']): {
  readonly emit: Context['emit'];
  readonly worstLevel: (step: StepId) => Level;
} {
  const worst = new Map<StepId, Level>();
  const worstLevel = (step: StepId): Level => worst.get(step) ?? 'pass';
  return {
    worstLevel,
    emit: (event) => {
      if (event.type === 'finding-reported') {
        const { step, level } = event.finding;
        if (severity[level] > severity[worstLevel(step)]) worst.set(step, level);
      }
      emit(event);
    },
  };
}
