import type { Context } from '../../context/context.ts';
import { errorCodes } from '../../errors/codes.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { Level } from '../../report/finding.ts';
import type { StepId, StepOutcome } from '../../report/step.ts';
import type { PlannedStep } from '../plan.ts';
import type { StepResult } from '../run.ts';

/** How a scheduled step ended. */
interface SettledStep<T> {
  readonly outcome: StepOutcome;
  /** Absent: the steps that need it are skipped. */
  readonly value: T | undefined;
  /** It was not asked for, so what only comes after it goes on. */
  readonly leftOut: boolean;
}

/** A step in the schedule. `settled` never rejects. */
export interface ScheduledStep<T = unknown> {
  readonly id: StepId;
  readonly settled: Promise<SettledStep<T>>;
}

/** Something to wait for whichever way it ends: a step, or a part of one. Never rejects. */
interface Milestone {
  readonly settled: Promise<unknown>;
}

/** Values of the steps in a tuple of needs, in their order. */
type Values<Needs extends readonly ScheduledStep[]> = {
  -readonly [Index in keyof Needs]: Needs[Index] extends ScheduledStep<infer T> ? T : never;
};

/** Steps that wait for each other, as one rehearsal runs them. */
export interface Schedule {
  /**
   * Runs `work` with the values of `needs` as soon as these and `after` have ended well. `awaits`
   * are waited for whichever way they end.
   */
  readonly step: <T, const Needs extends readonly ScheduledStep[]>(
    id: StepId,
    waits: {
      readonly needs: Needs;
      readonly after?: readonly ScheduledStep[];
      readonly awaits?: readonly Milestone[];
    },
    work: (...values: Values<Needs>) => Promise<StepResult<T>>,
  ) => ScheduledStep<T>;
  /** What steps threw, in the order of time: errors of djdev or of its surroundings. */
  readonly errors: readonly unknown[];
}

/**
 * An empty schedule. `worstLevel` is the worst level among the findings a step has emitted.
 * Every planned step ends with exactly one `step-ended`.
 */
export function createSchedule(
  context: Context,
  plan: readonly PlannedStep[],
  worstLevel: (step: StepId) => Level,
): Schedule {
  const { clock, emit, signal } = context;
  const errors: unknown[] = [];

  const end = <T>(id: StepId, ended: Omit<SettledStep<T>, 'leftOut'>, ms: number, text: string) => {
    emit({
      type: 'step-ended',
      step: id,
      outcome: ended.outcome,
      ms: Math.round(ms),
      summary: text,
    });
    return { leftOut: false, ...ended };
  };

  const run = async <T>(
    id: StepId,
    work: () => Promise<StepResult<T>>,
  ): Promise<SettledStep<T>> => {
    const started = clock.monotonicMs();
    emit({ type: 'step-started', step: id });
    try {
      const { summary, value } = await work();
      const ms = clock.monotonicMs() - started;
      return end(id, { outcome: outcomeOf(worstLevel(id)), value }, ms, summary);
    } catch (failure) {
      const ms = clock.monotonicMs() - started;
      if (signal.aborted) return end(id, { outcome: 'interrupted', value: undefined }, ms, '');
      errors.push(failure);
      return end(id, { outcome: 'error', value: undefined }, ms, describeFailure(failure, errors));
    }
  };

  const skip = <T>(id: StepId, reason: string): SettledStep<T> =>
    end(id, { outcome: 'skipped', value: undefined }, 0, reason);

  return {
    errors,
    step(id, { needs, after = [], awaits = [] }, work) {
      const leftOut = plan.find((step) => step.id === id)?.leftOut;
      const settle = async () => {
        if (leftOut !== undefined) return { ...skip<never>(id, leftOut), leftOut: true };
        const blocked = await findBlocker(needs, after);
        await Promise.all(awaits.map((step) => step.settled));
        if (signal.aborted) return skip<never>(id, 'the run was interrupted before it');
        if (blocked) return skip<never>(id, blocked);
        const settled = await Promise.all(needs.map((step) => step.settled));
        const values = settled.map((step) => step.value);
        return run(id, () => work(...(values as Parameters<typeof work>)));
      };
      return { id, settled: settle() };
    },
  };
}

/** Why a step cannot run; as soon as one of the steps before it says so. */
async function findBlocker(
  needs: readonly ScheduledStep[],
  after: readonly ScheduledStep[],
): Promise<string | undefined> {
  for (const step of [...needs, ...after]) {
    const { value, outcome, leftOut } = await step.settled;
    if (value === undefined && !leftOut) return `needs ${step.id}, which ${outcomeWords[outcome]}`;
  }
  return undefined;
}

const outcomeWords: Readonly<Record<StepOutcome, string>> = {
  passed: 'has no result',
  warned: 'has no result',
  failed: 'failed',
  skipped: 'was skipped',
  error: 'could not be run',
  interrupted: 'was interrupted',
};

/** The report tells the first error in full; what comes after it has only this line. */
function describeFailure(failure: unknown, [first]: readonly unknown[]): string {
  if (failure === first && failure instanceof DjdevError)
    return `${errorCodes[failure.code].summary} (${failure.code})`;
  return failure instanceof Error ? failure.message : String(failure);
}

function outcomeOf(level: Level): StepOutcome {
  return ({ pass: 'passed', warn: 'warned', fail: 'failed' } as const)[level];
}
