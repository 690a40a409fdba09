/** The steps of a rehearsal, in the order in which they are shown. */
export const stepIds = [
  'preflight',
  'build',
  'image',
  'database',
  'previous',
  'settings',
  'migrate',
  'static',
  'boot',
  'smoke',
  'http',
  'recovery',
  'rollout',
  'shutdown',
] as const;

export type StepId = (typeof stepIds)[number];

/**
 * How a step ended. `failed`: it ran, and the application did not do what it should.
 * `skipped`: not asked for, or a step it depends on did not end well (the reason says which).
 * `error`: it could not be run. What could not be measured never reads as passed.
 */
export type StepOutcome = 'passed' | 'warned' | 'failed' | 'skipped' | 'error' | 'interrupted';
