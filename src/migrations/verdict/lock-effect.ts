import type { LockMode } from '../../report/migration-report.ts';

const blockingModes: ReadonlySet<LockMode> = new Set([
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
] as const);

/** Whether a mode keeps an application from writing, or from anything. */
export function isBlockingMode(mode: LockMode): boolean {
  return blockingModes.has(mode);
}

/** What users feel of a lock: the end of a sentence. */
export function describeEffect(modes: readonly LockMode[]): string {
  return modes.includes('AccessExclusiveLock') ? 'reads and writes wait' : 'writes wait';
}

/** `8 ms`, `1.4 s`, `12 min`. */
export function formatMs(ms: number): string {
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 120_000 ? `${Number((ms / 1000).toFixed(1))} s` : `${Math.round(ms / 60_000)} min`;
}

/** `1,500,000`. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replaceAll(/\B(?=(?:\d{3})+(?!\d))/gu, ',');
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function joinNames(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? '';
  if (names.length === 2) return names.join(' and ');
  if (names.length === 3) return `${names[0]}, ${names[1]} and ${names[2]}`;
  return `${names[0]}, ${names[1]} and ${names.length - 2} more`;
}
