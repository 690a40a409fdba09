import type { StepId } from '../../report/step.ts';

/** What a step waits for. */
export interface StepNeeds {
  /** Steps whose value it works on: without that value it cannot run. */
  readonly needs: readonly StepId[];
  /** Steps that must not have failed before it, but that it can do without. */
  readonly after: readonly StepId[];
}

/**
 * The order of a rehearsal. Steps that do not reach each other here run side by side.
 *
 * `migrate` comes after `settings` because a database takes longer to start than settings to be
 * read, so the order is free; and settings that cannot be imported are then reported once.
 */
export const stepNeeds: Readonly<Record<StepId, StepNeeds>> = {
  preflight: { needs: [], after: [] },
  build: { needs: [], after: ['preflight'] },
  image: { needs: ['build'], after: [] },
  database: { needs: [], after: ['preflight'] },
  previous: { needs: ['database'], after: [] },
  settings: { needs: ['build'], after: [] },
  migrate: { needs: ['build', 'database'], after: ['settings'] },
  static: { needs: ['build', 'settings'], after: [] },
  boot: { needs: ['build'], after: ['migrate', 'static'] },
  smoke: { needs: ['boot'], after: [] },
  http: { needs: ['boot'], after: ['smoke'] },
  recovery: { needs: ['boot', 'database'], after: ['smoke'] },
  rollout: { needs: ['build', 'previous', 'migrate'], after: ['boot'] },
  shutdown: { needs: ['boot'], after: [] },
};
