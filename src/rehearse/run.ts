import type { Context } from '../context/context.ts';
import type { EnvironmentValues, Ownership } from '../engine/engine.ts';
import type { Project } from '../project/project.ts';

/** What every step of one rehearsal may use. */
export interface RehearsalRun {
  readonly project: Project;
  readonly context: Context;
  /** Name of the run's own network; containers of the run join it. */
  readonly network: string;
  /** The application's production environment with services and generated secrets filled in. */
  readonly environment: EnvironmentValues;
  /** Labels of what a step creates; `role` is the step or service it is for. */
  readonly ownership: (role: string) => Ownership;
  /** A name on the engine that no other run uses. */
  readonly nameFor: (role: string) => string;
  /** `--keep`: the application and its services outlive the run; their `ownership` says so. */
  readonly keep: boolean;
  /** Absolute path of a directory for results that hold for other runs too. */
  readonly cacheDirectory: string;
}

/**
 * What a step hands on. Without `value` the steps that need it are skipped. The outcome is not
 * said here: it is the worst level among the findings that the step emitted.
 */
export interface StepResult<T> {
  /** One line for people. */
  readonly summary: string;
  readonly value: T | undefined;
}
