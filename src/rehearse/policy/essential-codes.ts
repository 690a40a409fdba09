import type { FindingCode } from '../../report/finding-codes.ts';

/**
 * After these the rest of a rehearsal cannot be played: switched off, they would turn “could not
 * be measured” into a pass.
 */
const essential: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'env-missing',
  'build-failed',
  'image-without-command',
  'image-without-python',
  'settings-import-failed',
  'migration-failed',
  'migration-over-budget',
  'database-not-used',
  'boot-crashed',
  'boot-timeout',
]);

/** Whether no rule and no baseline may change the level of this code. */
export function isEssential(code: FindingCode): boolean {
  return essential.has(code);
}
