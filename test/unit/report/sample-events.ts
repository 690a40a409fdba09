import type { EventBody } from '../../../src/context/context.ts';
import type { Event } from '../../../src/report/event.ts';
import type { Finding } from '../../../src/report/finding.ts';
import type { StepId, StepOutcome } from '../../../src/report/step.ts';

export const startedAt = Date.UTC(2026, 10, 22, 12);

/** Events 100 ms apart, the first at `startedAt`. */
export function atTimes(bodies: readonly EventBody[]): Event[] {
  return bodies.map((body, index) => ({ ...body, at: startedAt + index * 100 }));
}

export function runStarted(steps: readonly StepId[]): EventBody {
  return {
    type: 'run-started',
    command: 'rehearse',
    project: 'shop',
    session: 'a1b2',
    version: '0.1.0',
    steps,
  };
}

/** A step from its start to its end. */
export function step(id: StepId, outcome: StepOutcome, summary = ''): EventBody[] {
  return [
    { type: 'step-started', step: id },
    { type: 'step-ended', step: id, outcome, ms: 1234.5, summary },
  ];
}

export function finding(change: Partial<Finding>): EventBody {
  const example: Finding = {
    code: 'image-runs-as-root',
    level: 'warn',
    step: 'image',
    title: 'The production process runs as root.',
    detail: 'The image has no USER.',
    hint: 'Add USER to the Dockerfile.',
  };
  return { type: 'finding-reported', finding: { ...example, ...change } };
}

export const completed: EventBody = { type: 'run-ended', ms: 2400.2, reason: 'completed' };
