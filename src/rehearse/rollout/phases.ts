import type { Clock } from '../../context/clock.ts';
import type { RolloutPhaseName } from '../../report/rollout-report.ts';

/** The beginning of a phase, in epoch milliseconds. */
export interface PhaseMark {
  readonly name: RolloutPhaseName;
  readonly atMs: number;
}

/** Which part of a deployment is being played, and when each began. */
export class Phases {
  readonly #clock: Clock;
  readonly #marks: PhaseMark[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  enter(name: RolloutPhaseName): void {
    this.#marks.push({ name, atMs: this.#clock.now() });
  }

  get marks(): readonly PhaseMark[] {
    return this.#marks;
  }
}
